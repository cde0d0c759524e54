import { disclosures } from '../kernel/index.ts'
import type { DataClass, Disclosure } from '../kernel/index.ts'
import { offeredClasses } from './build-terms.ts'

/** The offered classes among what a form says. */
export function dataClassesOf(values: readonly string[]): readonly DataClass[] {
  return offeredClasses.filter((name) => values.includes(name))
}

/** The level a form says, if it is one. */
export function disclosureOf(value: string | null): Disclosure | undefined {
  return disclosures.find((level) => level === value)
}
