import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { once } from 'node:events'
import { z } from 'zod'
import { type DigitPart, type Instant, maskSecrets, stepDigits, toInstant } from '../../kernel/index.ts'
import { loadUnderstand } from '../load-understand.ts'
import { type Understand, languageOf } from './understand.ts'
import { type Intent, type Slots, type Understood, questions } from './understood.ts'

const lineShape = z.object({
  id: z.union([z.string(), z.number()]).nullable().default(null),
  text: z.string(),
  lang: z.string().optional(),
  now: z.string().optional(),
  tz: z.string().optional(),
  session: z.union([z.string(), z.number()]).optional(),
})
type Line = z.infer<typeof lineShape>

/** One conversation of the command: what was asked last in it, and digits that may be part of a card number. */
type Session = {
  last?: { readonly intent: Intent; readonly slots: Slots }
  parts: readonly DigitPart[]
  lines: number
}

/** So many of its last lines are looked at together. */
const digitPartsMax = 20

/** So many conversations are remembered at once; the oldest goes. */
const sessionsMax = 10_000

/**
 * The command `parley understand`: reads JSON lines `{id,text,lang?,now?,tz?,session?}` and writes for each, in the same
 * order, `{id,intent,confidence,slots,masked,priority}`. Lines of one `session` are one conversation. A line that is no such object gets
 * `{id:null,error}` and does not end the run. Gives back how many such lines there were.
 */
export async function understandLines(
  input: Readable,
  output: Writable,
  understand: Understand = loadUnderstand(),
): Promise<{ readonly failures: number }> {
  const sessions = new Map<string | number, Session>()
  let failures = 0
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (line.trim() === '') continue
    const read = lineShape.safeParse(parseJson(line))
    if (!read.success) failures += 1
    const written = read.success
      ? answerLine(understand, sessionOf(sessions, read.data), read.data)
      : { id: null, error: 'not a JSON object with a text' }
    if (!output.write(`${JSON.stringify(written)}\n`)) await once(output, 'drain')
  }
  return { failures }
}

function sessionOf(sessions: Map<string | number, Session>, { session }: Line): Session {
  if (session === undefined) return { parts: [], lines: 0 }
  const known = sessions.get(session) ?? { parts: [], lines: 0 }
  sessions.delete(session)
  sessions.set(session, known)
  const [oldest] = sessions.keys()
  if (sessions.size > sessionsMax && oldest !== undefined) sessions.delete(oldest)
  return known
}

function answerLine(understand: Understand, session: Session, line: Line): object {
  const language = languageOf(line.lang)
  const now = readNow(line.now)
  const { last } = session
  const hidden = line.session === undefined ? undefined : hideParts(session, line.text)
  const understood = understand(hidden?.isJoined === true ? hidden.text : line.text, {
    ...(language === undefined ? {} : { language }),
    ...(now === undefined ? {} : { now }),
    ...(isTimeZone(line.tz) ? { timeZone: line.tz } : {}),
    ...(last === undefined ? {} : { last }),
  })
  const { intent, confidence, slots, masked, priority } = understood
  remember(session, understood)
  const shown = hidden === undefined || hidden.text === line.text ? masked : hidden.text
  return { id: line.id, intent, confidence, slots: plainSlots(slots), masked: shown ?? false, priority }
}

/** Lines of a session are typed one after the other, well within the time in which a split number is put together. */
const lineMs = 1_000

/** What of a line is stored beside the lines before it: a card number split over several is found, and hidden in each. */
function hideParts(session: Session, text: string): { readonly text: string; readonly isJoined: boolean } {
  session.lines += 1
  const fresh = { message: String(session.lines), sentAt: session.lines * lineMs, text: maskSecrets(text) }
  const step = stepDigits(session.parts, fresh)
  const kept = session.parts.filter(({ message }) => !step.settled.includes(message))
  session.parts = [...kept, ...(step.part === undefined ? [] : [step.part])].slice(-digitPartsMax)
  return { text: step.text, isJoined: step.settled.length > 0 }
}

function remember(session: Session, { intent, slots }: Understood): void {
  if (questions.some((name) => name === intent)) session.last = { intent, slots }
}

/** The slots that stay put as they are; what else is known of them is ours. */
function plainSlots({ account, card_last4, merchant, amount, from, to }: Slots): object {
  const money = amount === undefined ? undefined : { minor: Number(amount.minor), currency: amount.currency }
  return { account, card_last4, merchant, amount: money, from, to }
}

function readNow(text: string | undefined): Instant | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) ? undefined : toInstant(at)
}

function isTimeZone(name: string | undefined): name is string {
  if (name === undefined) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false // a zone that nobody knows is none
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined // told to the caller as a line that is no object
  }
}
