import { ConfigFault } from './config.ts'
import type { DeskConfig } from './config.ts'
import { agentsDesk, isHandoverId, shownText } from './desk/index.ts'
import type { DeskCode, DeskDeps, HandoverId, OpenHandover, QueuePlace } from './desk/index.ts'
import { Secret } from './kernel/index.ts'
import type { Instant } from './kernel/index.ts'
import { connectKeystore, readKeystoreAddress } from './keystore/index.ts'
import { createLogger, createMetrics, openDatabase, systemClock, systemRandom } from './platform/index.ts'
import { staffAdministration } from './staff/index.ts'

type Write = (text: string) => void
type Flags = { readonly as: string; readonly json: boolean }

/** Exit codes: 0 done, 2 misused, 3 nothing to do or not yours, 4 the words were not sent. */
const exitCodes = { done: 0, misused: 2, nothing: 3, refused: 4 } as const

/** `parley desk list`. */
async function list(config: DeskConfig, flags: Flags, write: Write): Promise<number> {
  return await withDesk(config, async (deps) => {
    const listed = await agentsDesk.list(deps, loginOf(flags))
    if (!listed.ok) return refuse(listed.code, flags, write)
    if (flags.json) write(`${JSON.stringify(listed.value.map(jsonOfPlace))}\n`)
    else if (listed.value.length === 0) write('Nobody waits.\n')
    else for (const place of listed.value) write(lineOfPlace(config, place))
    return exitCodes.done
  })
}

/** `parley desk take`: opens one conversation; that it was opened is written down first, for its customer to see. */
async function take(
  config: DeskConfig,
  wish: Flags & { readonly handover: string | undefined; readonly name?: string },
  write: Write,
): Promise<number> {
  const name = wish.name ?? shownText.nameOfLogin(loginOf(wish))
  if (!shownText.isName(name)) throw new ConfigFault(['--name: a first name, of letters, at most 30 characters'])
  const handover = wish.handover === undefined ? undefined : idOf(wish.handover)
  return await withDesk(config, async (deps) => {
    const taken = await agentsDesk.take(deps, { agent: loginOf(wish), handover, name })
    if (!taken.ok) return refuse(taken.code, wish, write)
    write(wish.json ? `${JSON.stringify(jsonOfOpen(taken.value))}\n` : pageOfOpen(config, taken.value))
    return exitCodes.done
  })
}

/** What is read of standard input: more than any message that is sent. */
const inputCharactersMax = 16_384

async function readInput(): Promise<string> {
  process.stdin.setEncoding('utf8')
  let input = ''
  for await (const part of process.stdin) {
    input += String(part)
    if (input.length > inputCharactersMax) break
  }
  return input
}

/** `parley desk say`. */
async function say(
  config: DeskConfig,
  wish: Flags & { readonly handover: string; readonly words: string | undefined },
  write: Write,
): Promise<number> {
  const handover = idOf(wish.handover)
  if (wish.words === undefined && process.stdin.isTTY) {
    throw new ConfigFault(['words: give them after the hand-over’s id, or on standard input'])
  }
  const words = wish.words ?? (await readInput())
  return await withDesk(config, async (deps) => {
    const said = await agentsDesk.say(deps, { agent: loginOf(wish), handover, words })
    if (!said.ok) return refuse(said.code, wish, write)
    const { carried } = said.value
    if (wish.json) write(`${JSON.stringify({ handover, carried })}\n`)
    else if (carried === 'chat') write('Sent into the chat.\n')
    else
      write(
        'Sent. The words hold figures, so they stand on the page behind the customer’s passkey; the chat says that they are there.\n',
      )
    return exitCodes.done
  })
}

/** `parley desk return`. */
async function back(
  config: DeskConfig,
  wish: Flags & { readonly handover: string; readonly note?: string; readonly closeCase: boolean },
  write: Write,
): Promise<number> {
  const handover = idOf(wish.handover)
  return await withDesk(config, async (deps) => {
    const { note, closeCase: closesCase } = wish
    const given = await agentsDesk.giveBack(deps, { agent: loginOf(wish), handover, note, closesCase })
    if (!given.ok) return refuse(given.code, wish, write)
    write(
      wish.json
        ? `${JSON.stringify({ handover, returned: true })}\n`
        : 'Handed back. The customer knows that it is automated again.\n',
    )
    return exitCodes.done
  })
}

/** What `parley desk` does; each gives its exit code. */
export const desk = { list, take, say, giveBack: back } as const

function loginOf({ as }: Flags): string {
  if (!staffAdministration.isLogin(as)) throw new ConfigFault(['--as: a login as "parley staff list" has it'])
  return as
}

function idOf(text: string): HandoverId {
  if (!isHandoverId(text)) throw new ConfigFault(['handover: an id as "parley desk list" has it'])
  return text
}

const sentences = {
  'desk/not-an-agent': 'Nobody of that login is an agent.',
  'desk/nothing-waits': 'There is nothing to take: nobody waits, or somebody else was quicker.',
  'desk/not-yours':
    'It is not yours, or not any more: after ten quiet minutes it goes back to the queue. "parley desk take" first.',
  'desk/held-enough': 'You have as many conversations as one person can serve. Hand one back first.',
  'desk/words-empty': 'Not sent: there are no words.',
  'desk/words-too-long': 'Not sent: longer than 1000 characters.',
  'desk/words-ask-for-secrets':
    'Not sent: they speak of a code, PIN or password. Customers are told that nobody here ever does.',
  'desk/words-hold-secrets':
    'Not sent: they hold a card number, an account number or something else that must not be in a chat.',
  'desk/words-hold-link':
    'Not sent: they hold a link or a telephone number. In our chats only our own buttons lead anywhere; say "the number on the back of your card".',
  'desk/no-sealed-page':
    'Not sent: they hold figures, and this person has no passkey, so there is no page to put them on. Say it without.',
} as const satisfies Partial<Record<DeskCode, string>>

function refuse(code: keyof typeof sentences, { json }: Flags, write: Write): number {
  if (json) write(`${JSON.stringify({ refused: code })}\n`)
  else process.stderr.write(`${sentences[code]} (${code})\n`)
  if (code === 'desk/not-an-agent') return exitCodes.misused
  return code === 'desk/nothing-waits' || code === 'desk/not-yours' || code === 'desk/held-enough'
    ? exitCodes.nothing
    : exitCodes.refused
}

function jsonOfPlace(place: QueuePlace) {
  return {
    handover: place.handover,
    institution: place.institution ?? null,
    because: place.because,
    priority: place.priority,
    askedAt: isoOf(place.askedAt),
    deadlineAt: isoOf(place.deadlineAt),
    waitedSeconds: Math.round(place.waitedSeconds),
    late: place.isLate,
    mine: place.isMine,
    lapses: place.lapses,
    case: place.caseNumber ?? null,
  }
}

function jsonOfOpen(open: OpenHandover) {
  return {
    handover: open.handover,
    new: open.isNew,
    institution: open.institutionName ?? null,
    language: open.conversation.language,
    channel: open.conversation.channel,
    customer: open.customer !== undefined,
    because: open.because,
    askedAt: isoOf(open.askedAt),
    deadlineAt: isoOf(open.deadlineAt),
    leaseUntil: isoOf(open.leaseUntil),
    shownAs: open.takenAs,
    question: shownText.inert(open.question.reveal()),
    case:
      open.fraudCase === undefined
        ? null
        : {
            number: open.fraudCase.number,
            kind: open.fraudCase.kind,
            details: shownText.inert(open.fraudCase.details.reveal()),
          },
    thread: open.thread.map(({ by, at, text: words, carried }) => ({
      by,
      at: isoOf(at),
      words: shownText.inert(words.reveal()),
      carried: carried ?? null,
    })),
  }
}

function lineOfPlace(config: DeskConfig, place: QueuePlace): string {
  const notes = [
    place.isMine ? 'yours' : place.isLate ? 'LATE' : undefined,
    place.priority === 'urgent' ? 'urgent' : undefined,
    place.caseNumber === undefined ? undefined : `case ${place.caseNumber}`,
    place.lapses === 0 ? undefined : `back ${place.lapses}×`,
  ].filter((note) => note !== undefined)
  const waited = `${Math.floor(place.waitedSeconds / 60)} min`
  return `${place.handover}  by ${timeOf(config, place.deadlineAt)}  waits ${waited.padStart(7)}  ${place.because.padEnd(16)} ${place.institution ?? 'no bank'}${notes.length === 0 ? '' : `  (${notes.join(', ')})`}\n`
}

function pageOfOpen(config: DeskConfig, open: OpenHandover): string {
  const { fraudCase } = open
  return [
    `${open.handover}`,
    `${open.because}, asked at ${timeOf(config, open.askedAt)}, promised by ${timeOf(config, open.deadlineAt)}; yours until ${timeOf(config, open.leaseUntil)}, longer with each step.`,
    `${open.institutionName ?? 'No bank'}, ${open.conversation.channel}, answered in "${open.conversation.language}". The customer knows you as ${open.takenAs}, and sees that you looked.`,
    ...(fraudCase === undefined ? [] : [`Case ${fraudCase.number} (${fraudCase.kind}): ${quoted(fraudCase.details)}`]),
    'You may see nothing of the accounts: that takes the customer’s passkey, which this command line cannot ask for.',
    '',
    `Question  ${quoted(open.question)}`,
    ...open.thread.map(
      ({ by, at, text: words, carried }) =>
        `${timeOf(config, at)}  ${by === 'agent' ? `${open.takenAs}${carried === 'sealed-page' ? ' (sealed)' : ''}` : 'customer'}: ${quoted(words)}`,
    ),
    '',
  ].join('\n')
}

function quoted(words: Secret<string>): string {
  return shownText.inert(words.reveal()).replaceAll('\n', '\n    ')
}

function timeOf({ timeZone }: DeskConfig, at: Instant): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(at)
}

function isoOf(at: Instant): string {
  return new Date(at).toISOString()
}

async function withDesk(config: DeskConfig, work: (deps: DeskDeps) => Promise<number>): Promise<number> {
  const metrics = createMetrics({ processMetrics: false })
  const logger = createLogger({ role: 'desk', level: 'warn', destination: process.stderr, metrics })
  const { host, port, database: name, prepare, passwords } = config.database
  const [password, bearer] = [passwords.parley_service, config.keystore.secrets.service]
  if (password === undefined || bearer === undefined) {
    throw new ConfigFault([
      'database.passwords.parley_service, keystore.secrets.service: not in this file. In a demo: desk.json',
    ])
  }
  const database = openDatabase({
    connection: { host, port, database: name, user: 'parley_service', password: new Secret(password) },
    prepare,
    poolMax: 1,
    logger,
    metrics,
  })
  const keystore = connectKeystore(
    { clock: systemClock },
    { at: readKeystoreAddress(config.keystore.address), bearer: new Secret(bearer) },
  )
  try {
    const { publicUrl, timeZone } = config
    return await work({ database, keystore, random: systemRandom, publicUrl, timeZone })
  } finally {
    keystore.close()
    await database.close()
  }
}
