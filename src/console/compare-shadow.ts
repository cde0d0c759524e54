import { html } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import type { CountedLine, RuleVersion } from '../rule-book/index.ts'
import { table } from './show-console.ts'

const outcomes = ['asked', 'allow', 'block', 'review', 'score'] as const

type Sum = { readonly uses: number; readonly frauds: number; readonly genuine: number }

/** The live set and one in shadow on the same days, by outcome: uses, of them known fraud, and of them known to be genuine. */
export function compareShadow(
  words: Words,
  version: Pick<RuleVersion, 'version' | 'shadowFrom'>,
  live: readonly CountedLine[],
  shadow: readonly CountedLine[],
): Html {
  const days = new Set(shadow.map(({ day }) => day))
  // Only days that both were counted on: the live one has others from before.
  const beside = live.filter(({ day }) => days.has(day))
  const number = (value: number): string => new Intl.NumberFormat(words.language).format(value)
  const [livePerDay, shadowPerDay] = [beside, shadow].map((lines) => sum(lines, 'asked').uses / Math.max(days.size, 1))
  return html`<h4>${words.say('rules.compare')}</h4>
    <p class="muted">${words.say('rules.compareHint', { version: version.version })}</p>
    ${
      days.size === 0
        ? html`<p data-empty>${words.say('rules.noCounts')}</p>`
        : html`<p>${words.say('rules.questions', { live: livePerDay ?? 0, shadow: shadowPerDay ?? 0 })}</p>
            ${table(
              words.say('rules.compare'),
              ['line', 'liveUses', 'shadowUses', 'liveFrauds', 'shadowFrauds', 'liveGenuine', 'shadowGenuine'].map(
                (head) => words.say('rules.compareHead', { head }),
              ),
              outcomes.map((line) => {
                const [now, tried] = [sum(beside, line), sum(shadow, line)]
                const pairs = [now.uses, tried.uses, now.frauds, tried.frauds, now.genuine, tried.genuine]
                return [words.say('rules.line', { line }), ...pairs.map(number)]
              }),
            )}`
    }`
}

function sum(lines: readonly CountedLine[], wanted: string): Sum {
  return lines
    .filter(({ line }) => line === wanted)
    .reduce<Sum>(
      (all, each) => ({
        uses: all.uses + each.uses,
        frauds: all.frauds + each.frauds,
        genuine: all.genuine + each.genuine,
      }),
      { uses: 0, frauds: 0, genuine: 0 },
    )
}
