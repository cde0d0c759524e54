import type { Reply } from '../channels/index.ts'
import { endings, lowerDisclosure } from '../consent/index.ts'
import { type Disclosure, unreachable } from '../kernel/index.ts'
import { type JobOutcome, type Tx } from '../platform/index.ts'
import { alertsAreOn, endAlerts, keepAlerts } from './act-on-alerts.ts'
import { actOnCode } from './act-on-code.ts'
import { actOnDanger } from './act-on-danger.ts'
import { openDispute } from './act-on-dispute.ts'
import { erase, offerErase } from './act-on-erase.ts'
import { askForPerson, cancelPerson, meetCrisis } from './act-on-person.ts'
import { askBank } from './ask-bank.ts'
import type { Chat } from './chat-deps.ts'
import { openSeconds } from './chat-state-store.ts'
import { freezeCards } from './freeze-cards.ts'
import { keepLast, keepQuestion } from './keep-question.ts'
import { makeOffer, makePageOffer, makeReply } from './make-reply.ts'
import { makeLooks, makeStopped } from './make-stopped.ts'
import type { Plan } from './plan.ts'
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
    case 'offer-page': {
      const reply = makePageOffer(chat, turn, plan)
      return { finish: (tx) => endTurn(chat, turn, tx, { say: [{ reply }] }) }
    }
    case 'confirm-code':
      return actOnCode(chat, turn, plan.code)
    case 'ask':
      return askBank(chat, turn, plan)
    case 'which':
      return askWhich(chat, turn, plan)
    case 'freeze':
      return freezeCards(chat, turn, plan)
    case 'danger':
      return actOnDanger(chat, turn, plan.danger)
    case 'person':
      return askForPerson(chat, turn, plan)
    case 'cancel-person':
      return cancelPerson(chat, turn)
    case 'dispute':
      return openDispute(chat, turn)
    case 'crisis':
      return meetCrisis(chat, turn)
    case 'lower-disclosure':
      return { finish: (tx) => lower(chat, turn, tx, plan.level) }
    case 'change-language': {
      const spoken = { ...turn, language: plan.language }
      const reply = makeReply(chat, spoken, { words: ['language.changed'], choices: ['balance', 'help'] })
      return { finish: (tx) => endTurn(chat, spoken, tx, { say: [{ reply }], change: { languageChosen: true } }) }
    }
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
      return { finish: (tx) => endTurn(chat, turn, tx, { say: [{ reply: makeLooks(chat, turn, plan.words) }] }) }
    default:
      return unreachable(plan)
  }
}

function sayOnly(chat: Chat, turn: Turn, plan: Extract<Plan, { do: 'say' }>): JobOutcome {
  // A greeting says itself that it is automated.
  const isGreeting = plan.words.some((word) => word.startsWith('greeting.'))
  const quiet = { ...turn, notes: turn.notes.filter((note) => !isGreeting || note !== 'automation') }
  const reply = makeReply(chat, turn, plan)
  const opens = plan.opens === undefined ? {} : { opens: { kind: plan.opens, seconds: openSeconds } }
  const change = { missed: plan.missed ?? false, ...opens }
  return { finish: (tx) => endTurn(chat, quiet, tx, { say: [{ reply }], change }) }
}

function sayLevel(chat: Chat, turn: Turn, words: WordKey, level: Disclosure): Reply {
  return makeReply(chat, turn, { words: [words], values: { level }, choices: ['balance', 'changeDisclosure'] })
}

/** Two readings are close: the two are offered, and nothing is done until one is picked. */
function askWhich(chat: Chat, turn: Turn, plan: Extract<Plan, { do: 'which' }>): JobOutcome {
  const reply = makeReply(chat, turn, { words: ['which.intent'], choices: plan.between })
  const opens = { kind: 'which_intent', seconds: openSeconds } as const
  return {
    finish: (tx) => endTurn(chat, turn, tx, { say: [{ reply }], change: { opens, ...keepLast(turn, plan.asked) } }),
  }
}

/** Offers the page where a passkey can do what words cannot; a question that needs it is kept, sealed, for a while. */
async function offer(chat: Chat, turn: Turn, tx: Tx, plan: Extract<Plan, { do: 'offer-link' }>): Promise<void> {
  const classes = (plan.classes ?? []).map((name) => chat.words.say(turn.language, `class.${name}`))
  const values = { what: chat.words.list(turn.language, classes) }
  const reply = await makeOffer(chat, turn, tx, { ...plan, values })
  await endTurn(chat, turn, tx, {
    say: [{ reply }],
    change: plan.keep === undefined ? {} : keepQuestion(turn, plan.keep),
  })
}

async function lower(chat: Chat, turn: Turn, tx: Tx, level: 'sealed' | 'rounded'): Promise<void> {
  await lowerDisclosure(tx, turn.conversation.id, level)
  const reply = makeReply(chat, turn, { words: ['change.lowered'], values: { level }, choices: ['balance'] })
  await endTurn(chat, turn, tx, { say: [{ reply }] })
}

/** Stop means stop: the grants end in this transaction, and no question waits any more. */
async function stop(chat: Chat, turn: Turn, tx: Tx): Promise<void> {
  const stopped = await endings.stopAnswers(tx, turn.conversation.id)
  const reply = makeStopped(chat, turn, {
    isDone: stopped > 0,
    alertsGoOn: await alertsAreOn(tx, turn.conversation.id),
  })
  const { goesOn: _dropped, ...rest } = turn
  await endTurn(chat, rest, tx, { say: [{ reply }], change: { pending: 'forget', last: 'forget' } })
}
