import type { Reply } from '../channels/index.ts'
import { endings, lowerDisclosure } from '../consent/index.ts'
import { type Disclosure, Secret, unreachable } from '../kernel/index.ts'
import { type JobOutcome, type Tx } from '../platform/index.ts'
import { answerBalance } from './answer-balance.ts'
import type { Chat } from './chat-deps.ts'
import { endAlerts, keepAlerts } from './act-on-alerts.ts'
import { erase, offerErase } from './act-on-erase.ts'
import { actOnCode } from './act-on-code.ts'
import type { Plan } from './plan.ts'
import { keepQuestion } from './keep-question.ts'
import { makeOffer, makeReply } from './make-reply.ts'
import { makeLooks, makeStopped } from './make-stopped.ts'
import { sayCutOff } from './say-cut-off.ts'
import { type Turn, endTurn } from './turn.ts'
import { vouch } from './vouch.ts'
import type { WordKey } from './word-keys.ts'

/** Does what was planned. Whatever is changed or said commits with the end of the job. */
export async function act(chat: Chat, turn: Turn, plan: Plan): Promise<JobOutcome> {
  switch (plan.do) {
    case 'say':
      return sayOnly(chat, turn, plan)
    case 'say-level':
      return {
        finish: (tx) => endTurn(chat, turn, tx, { say: [{ reply: sayLevel(chat, turn, plan.words, plan.level) }] }),
      }
    case 'offer-link':
      return { finish: (tx) => offer(chat, turn, tx, plan) }
    case 'confirm-code':
      return actOnCode(chat, turn, plan.code)
    case 'answer-balance': {
      const { account, card_last4: lastDigits } = plan.slots
      const asked = { words: secretOf(account), lastDigits: secretOf(lastDigits) }
      return answerBalance(chat, turn, { institutions: plan.institutions, asked })
    }
    case 'lower-disclosure':
      return { finish: (tx) => lower(chat, turn, tx, plan.level) }
    case 'say-cut-off':
      return sayCutOff(chat, turn, plan.cutOff)
    case 'stop':
      return { finish: (tx) => stop(chat, turn, tx) }
    case 'end-alerts':
      return { finish: (tx) => endAlerts(chat, turn, tx) }
    case 'keep-alerts':
      return { finish: (tx) => keepAlerts(chat, turn, tx) }
    case 'offer-erase':
      return { finish: (tx) => offerErase(chat, turn, tx) }
    case 'erase':
      return { finish: (tx) => erase(chat, turn, tx) }
    case 'vouch':
      return vouch(chat, turn)
    case 'show-looks':
      return { finish: (tx) => endTurn(chat, turn, tx, { say: [{ reply: makeLooks(chat, turn) }] }) }
    default:
      return unreachable(plan)
  }
}

function sayOnly(chat: Chat, turn: Turn, plan: Extract<Plan, { do: 'say' }>): JobOutcome {
  // A greeting says itself that it is automated.
  const isGreeting = plan.words.some((word) => word.startsWith('greeting.'))
  const quiet = { ...turn, notes: turn.notes.filter((note) => !isGreeting || note !== 'automation') }
  const reply = makeReply(chat, turn, plan)
  const change = { missed: plan.missed ?? false }
  return { finish: (tx) => endTurn(chat, quiet, tx, { say: [{ reply }], change }) }
}

function sayLevel(chat: Chat, turn: Turn, words: WordKey, level: Disclosure): Reply {
  return makeReply(chat, turn, { words: [words], values: { level }, choices: ['balance', 'changeDisclosure'] })
}

/** Offers the page where a passkey can do what words cannot; a question that needs it is kept, sealed, for a while. */
async function offer(chat: Chat, turn: Turn, tx: Tx, plan: Extract<Plan, { do: 'offer-link' }>): Promise<void> {
  const reply = await makeOffer(chat, turn, tx, plan)
  await endTurn(chat, turn, tx, { say: [{ reply }], change: plan.keepQuestion === true ? keepQuestion(turn) : {} })
}

async function lower(chat: Chat, turn: Turn, tx: Tx, level: 'sealed' | 'rounded'): Promise<void> {
  await lowerDisclosure(tx, turn.conversation.id, level)
  const reply = makeReply(chat, turn, { words: ['change.lowered'], values: { level }, choices: ['balance'] })
  await endTurn(chat, turn, tx, { say: [{ reply }] })
}

/** Stop means stop: the grants end in this transaction, and no question waits any more. */
async function stop(chat: Chat, turn: Turn, tx: Tx): Promise<void> {
  const stopped = await endings.stopAnswers(tx, turn.conversation.id)
  const reply = makeStopped(chat, turn, stopped > 0)
  await endTurn(chat, turn, tx, { say: [{ reply }], change: { pending: 'forget' } })
}

function secretOf(text: string | undefined): Secret<string> | undefined {
  return text === undefined ? undefined : new Secret(text)
}
