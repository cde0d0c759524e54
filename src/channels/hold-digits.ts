import { z } from 'zod'
import {
  type ConversationId,
  type DigitPart,
  type DigitStep,
  type MessageId,
  type Secret,
  digitEvidences,
  hideHead,
  readPart,
  replaceAll,
  stepDigits,
} from '../kernel/index.ts'
import { type Database, type Tx, seal, unseal } from '../platform/index.ts'
import {
  type HeldRow,
  dropHeld,
  findHiding,
  findStored,
  loadHeld,
  loadTexts,
  lockConversations,
  replaceText,
  saveHeld,
} from './held-digits-store.ts'
import { openIncoming, sealIncoming } from './sealed-message.ts'

/** Keys of a conversation that are dead two minutes after they came to be, the newest first; see the keystore. */
export type DyingKeys = {
  dyingKeys(
    conversation: ConversationId,
  ): Promise<readonly { readonly slot: string; readonly key: Secret<Uint8Array> }[]>
}

/** A message that has just come: its text masked by itself, not yet stored. */
export type ArrivingText = {
  readonly id: MessageId
  readonly conversation: ConversationId
  readonly carrierId: string
  readonly sentAt: number
  readonly text: string
  /** The conversation's own. */
  readonly key: Secret<Uint8Array>
}

/** What was decided about arriving messages, and what has to be written once they are stored. */
export type DigitDecision = {
  textOf(id: MessageId): string | undefined
  /** In the transaction that stored the messages, after it did. */
  write(tx: Tx): Promise<void>
}

type Keys = Awaited<ReturnType<DyingKeys['dyingKeys']>>

/**
 * Decides what of arriving messages may be stored, where a card number may be split over several of them: `stepDigits` says what, this loads and
 * writes. Nothing is asked and locked where no message has a digit. In the caller's transaction, so that a message and what it means for those
 * before it commit together; a repeated delivery changes nothing.
 */
export async function decideDigits(
  keystore: DyingKeys,
  tx: Tx,
  arriving: readonly ArrivingText[],
  keysOf: ReadonlyMap<ConversationId, Keys>,
): Promise<DigitDecision> {
  const conversations = [...keysOf.keys()]
  if (conversations.length === 0) return { textOf: () => undefined, write: async () => undefined }
  await lockConversations(tx, conversations)
  const [rows, stored] = [await loadHeld(tx, conversations), await findStored(tx, arriving)]
  const isStored = new Set(stored.map(({ conversation, carrier_id: carrierId }) => `${conversation}|${carrierId}`))
  const tables = new Map<ConversationId, Table>()
  for (const conversation of conversations) {
    const own = rows.filter((row) => row.conversation === conversation)
    const keys = await livingKeys(keystore, conversation, keysOf.get(conversation) ?? [], own)
    tables.set(conversation, createTable(conversation, keys, own))
  }
  for (const message of arriving) {
    const place = `${message.conversation}|${message.carrierId}`
    if (!isStored.has(place)) tables.get(message.conversation)?.take(message)
    isStored.add(place)
  }
  return {
    textOf: (id) => [...tables.values()].map((table) => table.textOf(id)).find((text) => text !== undefined),
    write: async (tx) => {
      for (const table of tables.values()) await table.write(tx)
    },
  }
}

/** In which conversations of these messages, none of which has a digit, an earlier one hid something. */
export async function listHiding(tx: Tx, messages: readonly ArrivingText[]): Promise<readonly ConversationId[]> {
  if (messages.length === 0) return []
  return await findHiding(
    tx,
    messages.map(({ conversation }) => conversation),
  )
}

/**
 * After messages without any digit were stored: what earlier ones had hidden (in the `waiting` conversations) is given back to their texts,
 * where these still are. A crash before that leaves it hidden, and its key dies.
 */
export async function giveBackHidden(
  deps: { readonly database: Database; readonly keystore: DyingKeys },
  messages: readonly ArrivingText[],
  waiting: readonly ConversationId[],
): Promise<void> {
  const due = messages.filter(({ conversation }) => waiting.includes(conversation))
  if (due.length === 0) return
  const keys = new Map(
    await Promise.all(
      waiting.map(async (one): Promise<[ConversationId, Keys]> => [one, await deps.keystore.dyingKeys(one)]),
    ),
  )
  await deps.database.transaction(async (tx) => {
    await lockConversations(tx, waiting)
    const rows = await loadHeld(tx, waiting)
    for (const message of due) {
      const own = rows.filter(({ conversation }) => conversation === message.conversation)
      const table = createTable(message.conversation, keys.get(message.conversation) ?? [], own)
      table.take(message)
      await table.write(tx)
    }
  })
}

/** The keys of those conversations of which a message has digits; asked before the transaction. */
export async function fetchDyingKeys(
  keystore: DyingKeys,
  arriving: readonly ArrivingText[],
): Promise<ReadonlyMap<ConversationId, Keys>> {
  const withDigits = arriving.filter((message) => readPart({ ...message, message: message.id }) !== undefined)
  const conversations = [...new Set(withDigits.map(({ conversation }) => conversation))]
  return new Map(
    await Promise.all(
      conversations.map(async (one): Promise<[ConversationId, Keys]> => [one, await keystore.dyingKeys(one)]),
    ),
  )
}

// Another process may have begun a key since we asked: an unknown one is asked for once more before it counts as dead.
async function livingKeys(
  keystore: DyingKeys,
  conversation: ConversationId,
  keys: Keys,
  rows: readonly HeldRow[],
): Promise<Keys> {
  const isKnown = rows.every(({ slot }) => keys.some((key) => key.slot === slot))
  return isKnown ? keys : await keystore.dyingKeys(conversation)
}

type Table = {
  take(message: ArrivingText): void
  textOf(id: MessageId): string | undefined
  write(tx: Tx): Promise<void>
}

/** One conversation's digits, while its messages are decided one after the other. */
function createTable(conversation: ConversationId, keys: Keys, rows: readonly HeldRow[]): Table {
  const slots = new Map(rows.map(({ message, slot }) => [message as string, slot]))
  const opened = rows.map((row) => openPart(conversation, keys, row))
  // A key that died early took with it what the next message would be put beside: in doubt the next message's digits are hidden.
  const isUnreadable = opened.some((part) => part === undefined)
  const fresh = new Map<string, ArrivingText>()
  const corrections: DigitStep['corrections'][number][] = []
  const settled = new Set<string>()
  let parts: readonly DigitPart[] = opened.filter((part) => part !== undefined)
  let changed: readonly DigitPart[] = []

  function take(message: ArrivingText): void {
    const step = stepDigits(parts, { message: message.id, sentAt: message.sentAt, text: message.text })
    const isDoubted =
      isUnreadable && step.part !== undefined && step.settled.length === 0 && step.part.hidden === undefined
    fresh.set(message.id, {
      ...message,
      text: isDoubted && step.part !== undefined ? hideHead(step.text, step.part) : step.text,
    })
    for (const one of step.corrections) {
      const earlier = fresh.get(one.message)
      if (earlier === undefined) corrections.push(one)
      else fresh.set(one.message, { ...earlier, text: correct(earlier.text, one) })
    }
    for (const one of step.settled) settled.add(one)
    const next = [...step.released, ...(step.part === undefined || isDoubted ? [] : [step.part])]
    const replaced = new Set([...step.settled, ...next.map(({ message }) => message)])
    const keep = ({ message }: DigitPart): boolean => !replaced.has(message)
    parts = [...parts.filter(keep), ...next]
    changed = [...changed.filter(keep), ...next]
  }

  return {
    take,
    textOf: (id) => fresh.get(id)?.text,
    async write(tx) {
      const key = [...fresh.values()][0]?.key
      if (key !== undefined) await correctTexts(tx, conversation, key, corrections)
      const held = changed.flatMap((part) => sealPart(conversation, keys, slots.get(part.message), part))
      await dropHeld(
        tx,
        rows.map(({ message }) => message).filter((message) => settled.has(message)),
      )
      await saveHeld(tx, held)
    },
  }
}

async function correctTexts(
  tx: Tx,
  conversation: ConversationId,
  key: Secret<Uint8Array>,
  corrections: DigitStep['corrections'],
): Promise<void> {
  const messages = messageIds.parse([...new Set(corrections.map(({ message }) => message))])
  if (messages.length === 0) return
  for (const { id, sealed } of await loadTexts(tx, messages)) {
    const place = { conversation, id }
    const stored = openIncoming(key, place, sealed)
    const own = corrections.filter(({ message }) => message === id)
    const text = own.reduce(correct, stored.text)
    await replaceText(tx, id, sealIncoming(key, place, { ...stored, text }))
  }
}

// The chat may keep a message in another form by now; what it then keeps was not made of hidden digits.
function correct(text: string, one: DigitStep['corrections'][number]): string {
  return text.slice(one.start, one.end) === one.was ? replaceAll(text, [one]) : text
}

const messageIds = z.array(z.custom<MessageId>((value) => typeof value === 'string'))
const groupShape = z.object({ start: z.number(), end: z.number(), digits: z.string(), joint: z.string() })
const edgeShape = z.object({ start: z.number(), end: z.number(), groups: z.array(groupShape), typed: z.string() })
const partShape = z.object({
  v: z.literal(1),
  sentAt: z.number(),
  head: edgeShape,
  tail: edgeShape,
  isOne: z.boolean(),
  evidence: z.enum(digitEvidences),
  hidden: z.string().nullable(),
})

/** More digits than a card has at one edge are none of its beginning: such a row is not kept. */
const partBytesMax = 8_000

function sealPart(
  conversation: ConversationId,
  keys: Keys,
  slot: string | undefined,
  part: DigitPart,
): readonly HeldRow[] {
  // What is kept once more stays under its own key, so that it does not live longer.
  const key = slot === undefined ? keys[0] : keys.find((one) => one.slot === slot)
  if (key === undefined) return []
  const { message, hidden, sentAt, head, tail, isOne, evidence } = part
  const plain = Buffer.from(
    JSON.stringify({ v: 1, sentAt, head, tail, isOne, evidence, hidden: hidden ?? null }),
    'utf8',
  )
  if (plain.length > partBytesMax) return []
  const [id] = messageIds.parse([message])
  if (id === undefined) return []
  const sealed = seal(key.key.reveal(), plain, contextOf(conversation, id))
  return [{ message: id, conversation, slot: key.slot, sealed, hides: hidden !== undefined }]
}

function openPart(conversation: ConversationId, keys: Keys, row: HeldRow): DigitPart | undefined {
  const key = keys.find(({ slot }) => slot === row.slot)
  if (key === undefined) return undefined
  const plain = unseal(key.key.reveal(), row.sealed, contextOf(conversation, row.message)).toString('utf8')
  const { v: _version, hidden, ...part } = partShape.parse(JSON.parse(plain))
  return { ...part, message: row.message, hidden: hidden ?? undefined }
}

function contextOf(conversation: ConversationId, message: MessageId): string {
  return `held_digits|${conversation}|${message}`
}
