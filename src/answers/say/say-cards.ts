import type { CardBlock, DeclineBlock, DetailBlock } from '../block.ts'
import { chatName } from './chat-name.ts'
import type { SayLine, Speech } from './speech.ts'

type Said = { readonly lines: readonly SayLine[]; readonly more: boolean }

/** Why a payment was refused; the shop is named at level full alone. */
export function sayDecline(speech: Speech, { day, amount, merchant, reason }: DeclineBlock): Said {
  const values = { day: speech.day(day), amount: speech.amount(amount), reason: speech.word(`decline.${reason}`) }
  const named = speech.level === 'full' && merchant !== undefined && merchant !== ''
  const line: SayLine = named
    ? { key: 'answer.decline.line', values: { ...values, name: chatName(merchant) } }
    : { key: 'answer.decline.nameless', values }
  return { lines: [line], more: false }
}

/** Whether a card works. */
export function sayCard(speech: Speech, { account: name, status, since, expires }: CardBlock): Said {
  const account = speech.account(name)
  const state: SayLine =
    status === 'frozen' && since !== undefined
      ? { key: 'answer.card.frozen-since', values: { account, day: speech.day(since) } }
      : { key: `answer.card.${status}`, values: { account } }
  const end: readonly SayLine[] =
    expires === undefined || status === 'lost'
      ? []
      : [{ key: 'answer.card.expires', values: { account, day: speech.month(chatName(expires)) } }]
  return { lines: [state, ...end], more: false }
}

/** A fact that is no amount. What is for the page alone is never said, whatever the level; a rate is exact, and so for level full. */
export function sayDetail(speech: Speech, { detail, account, text, program, unit, pageOnly }: DetailBlock): Said {
  if (pageOnly || speech.level !== 'full') return { lines: [{ key: 'answer.only-on-page', values: {} }], more: true }
  if (detail !== 'interest-rate' && detail !== 'rewards') return { lines: [], more: true }
  return {
    lines: [
      {
        key: `answer.detail.${detail}`,
        values: { account: speech.account(account), text: sayText(speech, { text, program, unit }) },
      },
    ],
    more: false,
  }
}

function sayText(speech: Speech, { text, program, unit }: Pick<DetailBlock, 'text' | 'program' | 'unit'>): string {
  const numeral = speech.numeral(chatName(text))
  const counted = unit === undefined ? numeral : speech.word(`reward.${unit}`, { count: numeral, n: Number(text) })
  return program === undefined ? counted : `${counted} · ${chatName(program)}`
}
