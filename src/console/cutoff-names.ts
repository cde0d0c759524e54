import type { Institution } from '../banks/index.ts'
import type { CutoffTarget } from '../kernel/index.ts'
import { channelNames, platformNames } from '../kernel/index.ts'
import type { Words } from '../pages/index.ts'
import { isInScope } from '../staff/index.ts'
import type { StaffMember } from '../staff/index.ts'

/** A bank by its id and the name that its customers know. */
export type BankName = Pick<Institution, 'id' | 'name'>

/** Something that can be cut off, by the name that people know and must type. */
export type NamedTarget = { readonly target: CutoffTarget; readonly name: string; readonly covers: string }

/** The name of a target: a bank by its own, platforms and channels by the catalogue's. */
export function nameOf(words: Words, banks: readonly BankName[], { kind, target }: CutoffTarget): string {
  if (kind === 'institution') return banks.find(({ id }) => id === target)?.name ?? target
  return kind === 'platform'
    ? words.say('name.platform', { name: target })
    : words.say('name.channel', { name: wordOf(target) })
}

/** What a cut-off of this kind reaches, in a sentence. */
export function coversOf(words: Words, { kind, target }: CutoffTarget): string {
  return words.say('covers', { kind, name: wordOf(target) })
}

// The choices of a sentence are words without hyphens.
function wordOf(target: string): string {
  return target.replaceAll('-', '_')
}

/** What this person may cut off: everything, or only the banks they are there for. */
export function targetsFor(words: Words, banks: readonly BankName[], member: StaffMember): readonly NamedTarget[] {
  if (member.role !== 'operator') return []
  const own = banks.filter(({ id }) => isInScope(member, id))
  const targets: readonly CutoffTarget[] = [
    ...(member.institutions === undefined
      ? platformNames.map((target) => ({ kind: 'platform', target }) as const)
      : []),
    ...(member.institutions === undefined ? channelNames.map((target) => ({ kind: 'channel', target }) as const) : []),
    ...own.map(({ id }) => ({ kind: 'institution', target: id }) as const),
  ]
  return targets.map((target) => ({
    target,
    name: nameOf(words, banks, target),
    covers: coversOf(words, target),
  }))
}
