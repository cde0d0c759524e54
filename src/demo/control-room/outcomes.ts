import type { Html } from '../../pages/index.ts'

/** The parts of the page in which something can be done. */
export const sections = ['cards', 'bank', 'account', 'log', 'agent', 'stop', 'tour'] as const
export type Section = (typeof sections)[number]

/** What became of a press. `bad`: it did not work, and the words say what to do. */
export type Outcome = {
  readonly tone: 'good' | 'bad'
  readonly title: string
  readonly body?: Html
  /** The conversation in which it goes on, from this moment (ms) on; shown live below. */
  readonly chat?: { readonly psid: string; readonly since: number }
}

/** The newest outcome of each section, or how far an act has come that still runs. */
export type Outcomes = {
  of(section: Section): Outcome | { readonly underway: string } | undefined
  /** Runs an act and keeps what became of it. A second press of a section waits for nothing: it is told so. */
  run(section: Section, act: (progress: (words: string) => void) => Promise<Outcome>): Promise<void>
}

/** Outcomes live as long as this process: what was pressed last week helps nobody. */
export function openOutcomes(onFault: (section: Section, thrown: unknown) => Outcome): Outcomes {
  const last = new Map<Section, Outcome | { readonly underway: string }>()
  const running = new Set<Section>()
  return {
    of: (section) => last.get(section),
    async run(section, act) {
      if (running.has(section)) return
      running.add(section)
      last.set(section, { underway: 'Working on it' })
      try {
        last.set(section, await act((words) => void last.set(section, { underway: words })))
      } catch (thrown) {
        last.set(section, onFault(section, thrown))
      } finally {
        running.delete(section)
      }
    },
  }
}
