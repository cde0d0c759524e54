import { formatMoney } from '../../kernel/index.ts'
import type { Instant, Money } from '../../kernel/index.ts'
import { type Html, type Reader, html, readerTime } from '../../pages/index.ts'
import type { AccountName } from '../block.ts'

/** How the reader of an opened answer is spoken to: words, formats, and nothing rounded. */
export type AnswerReader = Reader & {
  say(key: string, values?: Readonly<Record<string, string | number>>): string
  money(amount: Money): string
  /** A day, with its year. */
  day(day: string): string
  moment(at: Instant): string
  country(code: string): string
}

/** Formats for one page. `reader.timeZone` is the browser's. */
export function answerReader(reader: Reader): AnswerReader {
  const { language } = reader.words
  const days = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' })
  const countries = new Intl.DisplayNames([language], { type: 'region', fallback: 'code' })
  return {
    ...reader,
    say: (key, values) => reader.words.say(key, values),
    money: (amount) => formatMoney(amount, language),
    day: (day) => days.format(Date.parse(`${day}T00:00:00Z`)),
    moment: (at) => readerTime.moment(reader, at),
    country: (code) => countries.of(code) ?? code,
  }
}

/** An account's name with its last digits, or what sort it is where the bank gave no name. */
export function accountTitle(reader: AnswerReader, { name, lastDigits, category }: AccountName): Html {
  const title = name === '' ? reader.say(category === 'card' ? 'say.card' : 'say.account') : name
  return html`${title}${lastDigits === undefined ? undefined : html` <span class="digits">•••• ${lastDigits}</span>`}`
}

/** A list of facts: what it is, and the figure. */
export function facts(rows: readonly (readonly [label: string, value: string | undefined])[]): Html | undefined {
  const known = rows.filter((row): row is readonly [string, string] => row[1] !== undefined)
  if (known.length === 0) return undefined
  return html`<dl class="figures">
    ${known.map(
      ([label, value]) =>
        html`<div>
          <dt>${label}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`
}
