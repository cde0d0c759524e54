import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { openOutgoing } from '../../src/channels/sealed-message.ts'
import { handoverContext } from '../../src/chat/index.ts'
import type { CaseAsked, DeskPort, PersonAsked, PersonComing } from '../../src/chat/index.ts'
import { uuidColumn } from '../../src/customers/index.ts'
import { createDeskPort, deskJobs } from '../../src/desk/index.ts'
import type { DeskDeps, HandoverId } from '../../src/desk/index.ts'
import { toInstant } from '../../src/kernel/index.ts'
import type { ConversationId, CustomerId, MessageId, OutboxId } from '../../src/kernel/index.ts'
import { bytesColumn, createMetrics, seal, systemRandom } from '../../src/platform/index.ts'
import type { Database, Metrics } from '../../src/platform/index.ts'
import { staffAdministration } from '../../src/staff/index.ts'
import type { StaffRole } from '../../src/staff/index.ts'
import type { TestDatabase } from './database.ts'
import { banks, newId } from './trust-world.ts'
import type { TrustWorld } from './trust-world.ts'

/** Whose conversation it is. */
export type Somebody = { readonly conversation: ConversationId; readonly id?: CustomerId }

/** A desk on a trust world: the chat's side, the agents' side and its jobs, without a messenger. */
export type DeskWorld = {
  readonly port: DeskPort
  readonly deps: DeskDeps
  readonly metrics: Metrics
  /** Login `parley_answer`, under which the chat calls the port. */
  readonly answer: Database
  /** A live session of somebody of the staff, as a page has it: its hash. */
  signIn(login: string): Promise<Buffer>
  addAgent(
    login: string,
    wish?: { readonly role?: StaffRole; readonly institutions?: readonly string[] },
  ): Promise<string>
  ask(who: Somebody, question: string, change?: Partial<PersonAsked>): Promise<PersonComing>
  openCase(
    who: Somebody & { readonly id: CustomerId },
    details: string,
    change?: Partial<CaseAsked>,
  ): ReturnType<DeskPort['openCase']>
  hear(who: Somebody, words: string, message?: MessageId): Promise<boolean>
  /** What was put on its way to a conversation so far, oldest first, as the sender would open it. */
  told(
    conversation: ConversationId,
  ): Promise<readonly { readonly text: string; readonly links: readonly string[]; readonly leave: number }[]>
  /** Runs one of the desk's jobs for a hand-over; true when it ended, false when it comes again later. */
  follow(kind: 'desk.lease' | 'desk.late', handover: HandoverId): Promise<boolean>
  /** Lets a time of a hand-over pass. */
  age(
    handover: HandoverId,
    column: 'lease_until' | 'deadline_at' | 'asked_at' | 'ended_at',
    interval: string,
  ): Promise<void>
}

/** Makes one. */
export function createDeskWorld(database: TestDatabase, world: Pick<TrustWorld, 'keys'>): DeskWorld {
  const answer = database.connect('answer', { poolMax: 4 })
  const metrics = createMetrics({ processMetrics: false })
  const deps: DeskDeps = {
    database: database.connect('service', { poolMax: 4 }),
    keystore: world.keys.service,
    random: systemRandom,
    publicUrl: 'https://parley.test',
    timeZone: 'UTC',
  }
  const port = createDeskPort({ random: systemRandom })
  const staff = database.connect('staff', { poolMax: 1 })
  const sealedFor = async (conversation: ConversationId, text: string): Promise<Uint8Array> => {
    const key = await world.keys.answer.conversationKey(conversation)
    return seal(key.reveal(), Buffer.from(text, 'utf8'), handoverContext(conversation))
  }
  const common = (who: Somebody) => ({
    conversation: who.conversation,
    institution: banks.north,
    message: newId<MessageId>(),
    deadlineSeconds: 3_600,
  })
  return {
    port,
    deps,
    metrics,
    answer,
    async signIn(login) {
      const hash = randomBytes(32)
      await database.admin.run(
        `INSERT INTO staff.session (id_hash, member, expires_at)
         SELECT $1, m.id, clock_timestamp() + interval '1 hour' FROM staff.member m WHERE m.login = $2 AND m.removed_at IS NULL`,
        [hash, login],
      )
      return hash
    },
    async addAgent(login, { role = 'agent', institutions } = {}) {
      const added = await staffAdministration.add({ random: systemRandom }, staff, { login, role, institutions })
      if (!added.ok) throw new Error(added.code)
      return login
    },
    async ask(who, question, change = {}) {
      const asked: PersonAsked = {
        ...common(who),
        customer: who.id,
        because: 'asked',
        priority: 'normal',
        question: await sealedFor(who.conversation, question),
        ...change,
      }
      return await answer.transaction((tx) => port.askForPerson(tx, asked))
    },
    async openCase(who, details, change = {}) {
      const question = await sealedFor(who.conversation, details)
      const asked: CaseAsked = { ...common(who), customer: who.id, kind: 'fraud', question, ...change }
      return await answer.transaction((tx) => port.openCase(tx, asked))
    },
    async hear({ conversation }, words, message = newId<MessageId>()) {
      const text = await sealedFor(conversation, words)
      return await answer.transaction((tx) => port.hear(tx, { conversation, message, text }))
    },
    async told(conversation) {
      const rows = await database.admin.rows(
        z.object({ id: uuidColumn<OutboxId>(), sealed: bytesColumn }),
        'SELECT id, sealed FROM platform.outbox WHERE conversation = $1 AND sealed IS NOT NULL ORDER BY created_at',
        [conversation],
      )
      const key = await world.keys.channel.conversationKey(conversation)
      return rows.map(({ id, sealed }) => {
        const { reply, leave } = openOutgoing(key, { conversation, id }, sealed)
        const links = (reply.buttons ?? []).flatMap((button) => (button.kind === 'link' ? [button.url] : []))
        return { text: reply.text, links, leave: leave.length }
      })
    },
    async follow(kind, handover) {
      const handle = deskJobs({ ...deps, metrics })[kind]
      if (handle === undefined) throw new Error('no handler')
      const job = { id: 1n, kind, key: `${kind}:x`, payload: { handover }, attempt: 1, createdAt: toInstant(0) }
      const outcome = await handle(job)
      if (!('finish' in outcome)) return false
      await deps.database.transaction((tx) => outcome.finish(tx))
      return true
    },
    async age(handover, column, interval) {
      await database.admin.run(`UPDATE desk.handover SET ${column} = clock_timestamp() - $2::interval WHERE id = $1`, [
        handover,
        interval,
      ])
    },
  }
}
