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
export function sayDetail(speech: Speech, { detail, account, text, program, pageOnly }: DetailBlock): Said {
  if (pageOnly || speech.level !== 'full') return { lines: [{ key: 'answer.only-on-page', values: {} }], more: true }
  if (detail !== 'interest-rate' && detail !== 'rewards') return { lines: [], more: true }
  return {
    lines: [
      {
        key: `answer.detail.${detail}`,
        values: { account: speech.account(account), text: sayText(speech, text, program) },
      },
    ],
    more: false,
  }
}

function sayText(speech: Speech, text: string, program: string | undefined): string {
  const numeral = speech.numeral(chatName(text))
  return program === undefined ? numeral : `${numeral} · ${chatName(program)}`
}
