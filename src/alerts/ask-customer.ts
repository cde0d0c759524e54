import { z } from 'zod'
import { loadInstitution } from '../banks/index.ts'
import { answerRules } from '../answers/index.ts'
import type { CardUsesTold, TellableUse } from '../answers/index.ts'
import { conversations, queueReply } from '../channels/index.ts'
import type { Conversation, Reply } from '../channels/index.ts'
import { openPermit, recordDisclosure } from '../consent/index.ts'
import type { Permit } from '../consent/index.ts'
import type { Disclosure, Secret } from '../kernel/index.ts'
import type { Job, JobOutcome, Tx } from '../platform/index.ts'
import { advanceAlert } from './advance-alert.ts'
import { alertPayload, over, readAlertJob } from './alert-job.ts'
import type { AlertParts } from './alert-parts.ts'
import { alertStore } from './alert-store.ts'
import type { StoredAlert } from './alert-store.ts'
import { type MessagePlace, sayQuestion, sayReceipt } from './alert-words.ts'
import { isOpen } from './fraud-alert.ts'
import { hashNames } from './hash-names.ts'
import type { SeenUse } from './seen-use.ts'
import { stormStore } from './storm-store.ts'

const payloadShape = alertPayload.extend({ again: z.enum(['yes', 'no']) })
/** A question is worth asking for as long as it is open. */
const questionLifeMs = 24 * 3_600_000
/** While an operator has cut the channel or the bank off, it is tried again so often; the question waits. */
const cutOffPauseMs = 60_000
/** By our own clock the window is open for a day; an hour less, so that what is written in full is not sent as a template. */
const windowMs = 23 * 3_600_000

/** A question is put, or put once more: as much of it as the chat may carry. Nothing goes once it was answered. */
export async function askCustomer(parts: AlertParts, job: Job): Promise<JobOutcome> {
  const { alert: id, again } = readAlertJob(job, payloadShape)
  const stored = await alertStore.load(parts.database, id)
  if (stored === undefined || !isOpen(stored.alert)) return over
  const telling = await prepare(parts, stored)
  if (telling === 'cut-off') return { againAfterMs: cutOffPauseMs }
  // There is no leave any more: nobody is asked, and nothing waits.
  if (telling === undefined) return { finish: (tx) => end(tx, stored) }
  return { finish: (tx) => put(parts, tx, telling, again === 'yes') }
}

async function end(tx: Tx, { alert }: StoredAlert): Promise<void> {
  await advanceAlert(tx, alert.id, { kind: 'closed', isFraud: undefined })
}

/** What a message about uses of a card is made of. */
type Telling = {
  readonly stored: StoredAlert
  readonly conversation: Conversation
  readonly key: Secret<Uint8Array>
  readonly permit: Permit<'card-events'>
  readonly uses: readonly SeenUse[]
  readonly bank: string
}

async function prepare(parts: AlertParts, stored: StoredAlert): Promise<Telling | 'cut-off' | undefined> {
  const { customer, institution, conversation: id, events } = stored
  const conversation = await conversations.load(parts.database, id)
  if (conversation === undefined || conversation.customer !== customer) return undefined
  const permit = await openPermit(parts, { customer, institution, conversation: id, dataClass: 'card-events' })
  if (!permit.ok) return (await isCutOff(parts, stored)) ? 'cut-off' : undefined
  const [uses, key, known] = await Promise.all([
    parts.uses.read(permit.value, events),
    parts.keystore.conversationKey(id),
    loadInstitution(parts.database, institution),
  ])
  return { stored, conversation, key, permit: permit.value, uses, bank: known?.name ?? institution }
}

/** Whether leave lives and is only suspended. */
async function isCutOff(parts: AlertParts, { customer, institution }: StoredAlert): Promise<boolean> {
  const row = await parts.database.one(
    z.object({ lives: z.boolean() }),
    `SELECT EXISTS (SELECT FROM consent.grant_ g WHERE g.customer = $1 AND g.institution = $2 AND g.purpose = 'fraud-alerts'
       AND g.data_class = 'card-events' AND consent.is_live(g)) AS lives`,
    [customer, institution],
  )
  return row.lives
}

async function put(parts: AlertParts, tx: Tx, telling: Telling, again: boolean): Promise<void> {
  const { stored } = telling
  // Answered, or frozen, while the permit was opened: then nothing is asked.
  const now = await alertStore.lock(tx, stored.alert.id)
  if (now === undefined || !isOpen(now.alert)) return
  const storm = await stormStore.storms(tx, stored)
  const sent = await send(parts, tx, telling, {
    priority: 'question',
    lifeMs: questionLifeMs,
    say: (told, place) => sayQuestion(telling.conversation.language, told, { ...place, again, storm }),
  })
  if (sent === undefined) return end(tx, stored)
  await alertStore.noteAsked(tx, stored.alert.id, sent.message)
  if (hasShown(sent.level, stored)) await advanceAlert(tx, stored.alert.id, { kind: 'details-shown' })
}

/** What a full chat shows of one payment has been seen; a template, a rounded sum, or the first of several shows nothing to know them by. */
function hasShown(level: Disclosure, { events }: StoredAlert): boolean {
  return level === 'full' && events.length === 1
}

type Sending = {
  readonly priority: 'question' | 'receipt'
  readonly lifeMs: number
  readonly say: (told: CardUsesTold, place: MessagePlace) => Reply
}

/** Decides how much, puts it on record and on its way, in one transaction; undefined: stopped meanwhile, so nothing goes. */
async function send(
  parts: AlertParts,
  tx: Tx,
  telling: Telling,
  { priority, lifeMs, say }: Sending,
): Promise<{ readonly message: string; readonly level: Disclosure } | undefined> {
  const { stored, conversation, key, permit, uses, bank } = telling
  const told = answerRules.discloseCardUses(uses.map(tellable), levelFor(parts, telling), {
    institutionName: bank,
    declined: stored.alert.declined,
    language: conversation.language,
    timeZone: parts.timeZone,
  })
  const recorded = await recordDisclosure(parts, tx, permit, { level: told.level, place: 'messenger' })
  if (!recorded.ok) return undefined
  const reply = say(told, placeOf(parts, stored))
  const leave = [{ grant: permit.grantId, level: told.level }]
  const deps = { random: parts.random, keystore: { conversationKey: async () => key } }
  const message = await queueReply(deps, tx, { conversation, reply, priority, leave, lifeMs })
  return { message, level: told.level }
}

function levelFor(parts: AlertParts, { conversation, permit }: Telling): Disclosure {
  const { lastInboundAt } = conversation
  const isOpenNow = lastInboundAt !== undefined && parts.clock.now() - lastInboundAt < windowMs
  // Outside the window a template goes, whose words are the sealed ones for everybody.
  return isOpenNow ? permit.disclosure : 'sealed'
}

function tellable({ amount, merchant, at, cardLastDigits }: SeenUse): TellableUse {
  return { amount, merchant: merchant.name, city: merchant.city ?? '', at, cardLastDigits }
}

/** Where the buttons of an alert's messages lead. */
export function placeOf(parts: Pick<AlertParts, 'hashKey' | 'publicUrl'>, { alert }: StoredAlert): MessagePlace {
  return {
    alert: alert.id,
    pageUrl: `${parts.publicUrl}/alert/${hashNames.token(parts.hashKey, alert.id)}`,
    cardsUrl: `${parts.publicUrl}/me/cards`,
  }
}

/** Receipts tell of what is over: tomorrow they are no news. */
const receiptLifeMs = 12 * 3_600_000

/** A receipt goes out, behind every question and answer. */
export async function sendReceipt(parts: AlertParts, job: Job): Promise<JobOutcome> {
  const { alert: id } = readAlertJob(job, alertPayload)
  const stored = await alertStore.load(parts.database, id)
  if (stored === undefined || stored.alert.state !== 'told') return over
  const telling = await prepare(parts, stored)
  if (telling === undefined || telling === 'cut-off') return over
  return {
    finish: async (tx) => {
      const sent = await send(parts, tx, telling, {
        priority: 'receipt',
        lifeMs: receiptLifeMs,
        say: (told, place) => sayReceipt(telling.conversation.language, told, place),
      })
      if (sent !== undefined && hasShown(sent.level, stored)) await advanceAlert(tx, id, { kind: 'details-shown' })
    },
  }
}
