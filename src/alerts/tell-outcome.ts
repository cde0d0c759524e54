import { z } from 'zod'
import { conversations, queueReply } from '../channels/index.ts'
import type { Conversation } from '../channels/index.ts'
import { openPermit, recordDisclosure } from '../consent/index.ts'
import type { Permit } from '../consent/index.ts'
import type { Job, JobOutcome, Tx } from '../platform/index.ts'
import { alertPayload, over, readAlertJob } from './alert-job.ts'
import type { AlertParts } from './alert-parts.ts'
import { alertStore } from './alert-store.ts'
import type { StoredAlert } from './alert-store.ts'
import { sayOutcome } from './alert-words.ts'
import { placeOf } from './ask-customer.ts'
import { outcomes } from './fraud-alert.ts'
import type { Outcome } from './fraud-alert.ts'
import { zoneOf } from './zone-of.ts'

const payloadShape = alertPayload.extend({ what: z.enum(outcomes) })

/** What became of an answer is told where it was given, before anything that nobody asked for. */
export async function tellOutcome(parts: AlertParts, job: Job): Promise<JobOutcome> {
  const { alert: id, what } = readAlertJob(job, payloadShape)
  const stored = await alertStore.load(parts.database, id)
  if (stored === undefined) return over
  // The case is on its way to the desk; its number and time belong into what is said.
  if (what === 'frozen' && isCaseDue(parts, stored) && job.attempt <= caseTriesMax) return { againAfterMs: casePauseMs }
  const [conversation, key, zone] = await Promise.all([
    conversations.load(parts.database, stored.conversation),
    parts.keystore.conversationKey(stored.conversation),
    zoneOf(parts.database, stored.customer, parts.timeZone),
  ])
  if (conversation === undefined || conversation.customer !== stored.customer) return over
  const card = what === 'frozen' ? await findCard(parts, stored, conversation) : undefined
  return {
    finish: async (tx) => {
      const told = await loadNow(tx, stored)
      const shown = card === undefined ? undefined : await disclose(parts, tx, card)
      const reply = sayOutcome(conversation.language, what, {
        ...placeOf(parts, stored),
        at: told.frozenAt ?? (await alertStore.now(tx)),
        timeZone: zone,
        answerBy: told.answerBy,
        ...(shown === undefined ? {} : { card: shown, ...numberOf(told) }),
      })
      const deps = { random: parts.random, keystore: { conversationKey: async () => key } }
      const leave =
        shown === undefined || card === undefined ? [] : [{ grant: card.permit.grantId, level: 'full' as const }]
      await queueReply(deps, tx, { conversation, reply, priority: priorityOf(what), leave })
    },
  }
}

const casePauseMs = 150
/** Whoever waits to hear that the card is frozen does not wait longer for a case's number. */
const caseTriesMax = 8

function isCaseDue({ desk }: AlertParts, { alert, caseNumber }: StoredAlert): boolean {
  return desk !== undefined && alert.personAsked && caseNumber === undefined
}

/** Whether a card is frozen is what somebody waits for most. */
function priorityOf(what: Outcome): 'question' | 'answer' {
  return what === 'frozen' || what === 'not-frozen' || what === 'freezing' ? 'question' : 'answer'
}

async function loadNow(tx: Tx, stored: StoredAlert): Promise<StoredAlert> {
  return (await alertStore.load(tx, stored.alert.id)) ?? stored
}

function numberOf({ caseNumber }: StoredAlert): { readonly number?: string } {
  return caseNumber === undefined ? {} : { number: caseNumber }
}

type ShownCard = { readonly permit: Permit<'card-events'>; readonly digits: string }

/** The card's last digits, where the chat may carry everything; a chat that may not is not looked up for. */
async function findCard(
  parts: AlertParts,
  { customer, institution, events }: StoredAlert,
  conversation: Conversation,
): Promise<ShownCard | undefined> {
  if (conversation.lastInboundAt === undefined) return undefined
  const look = { customer, institution, conversation: conversation.id, dataClass: 'card-events' } as const
  const level = await levelOf(parts, look)
  if (level !== 'full') return undefined
  const permit = await openPermit(parts, look)
  if (!permit.ok || permit.value.disclosure !== 'full') return undefined
  const [use] = await parts.uses.read(permit.value, events.slice(0, 1))
  return use?.cardLastDigits === undefined ? undefined : { permit: permit.value, digits: use.cardLastDigits }
}

/** What the grants say at this moment, for choosing whether to look; what may be told is the gate's word. */
async function levelOf(
  parts: AlertParts,
  { customer, institution, conversation }: Pick<StoredAlert, 'customer' | 'institution' | 'conversation'>,
): Promise<string | undefined> {
  const row = await parts.database.maybe(
    z.object({ disclosure: z.string() }),
    `SELECT g.disclosure FROM consent.grant_ g WHERE g.customer = $1 AND g.institution = $2 AND g.conversation = $3
       AND g.purpose = 'fraud-alerts' AND g.data_class = 'card-events' AND consent.holds_now(g)
     ORDER BY g.expires_at DESC LIMIT 1`,
    [customer, institution, conversation],
  )
  return row?.disclosure
}

/** The digits, once it is on record that the chat carries them; undefined: stopped meanwhile. */
async function disclose(parts: AlertParts, tx: Tx, { permit, digits }: ShownCard): Promise<string | undefined> {
  const recorded = await recordDisclosure(parts, tx, permit, { level: 'full', place: 'messenger' })
  return recorded.ok ? digits : undefined
}
