import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../kernel/index.ts'
import type { StaffId } from '../kernel/index.ts'
import type { Random, Tx } from '../platform/index.ts'
import { endListed, listSessions } from './session-list.ts'
import { findMember, findSessionMember } from './members-store.ts'
import type { StaffMember } from './staff-member.ts'

/** A shift's half: after it the passkey is asked for again. What changes something asks for it each time anyway. */
const sessionSeconds = 4 * 3_600

/** Bound to this host and path `/`; Strict, because nothing elsewhere leads into the console. Not a customer's cookie. */
const cookieName = '__Host-parley-staff'

/** A session of somebody of the staff. */
export type StaffSession = { readonly hash: Buffer; readonly member: StaffMember }

/** Begins a session, always under a new id, and gives the browser its cookie; only a hash is kept. Gives whose it is. */
async function startSession(
  deps: { readonly random: Random },
  tx: Tx,
  begun: { readonly member: StaffId; readonly reply: FastifyReply },
): Promise<StaffMember> {
  const member = await findMember(tx, begun.member)
  if (member === undefined) throw new Fault('staff/member-gone', { retry: 'never' })
  const value = Buffer.from(deps.random.bytes(32)).toString('base64url')
  await tx.run(
    `INSERT INTO staff.session (id_hash, member, expires_at) VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3))`,
    [hashOf(value), begun.member, sessionSeconds],
  )
  setCookie(begun.reply, value, sessionSeconds)
  return member
}

/** Whose live session the browser's cookie is; undefined for none, an ended one, or that of somebody who left. Logins `parley_console` and `parley_statistics`. */
async function findSession(tx: Tx, request: FastifyRequest): Promise<StaffSession | undefined> {
  const value = readCookie(request)
  if (value === undefined) return undefined
  const hash = hashOf(value)
  const member = await findSessionMember(tx, hash)
  return member && { hash, member }
}

/** Ends a session and takes the cookie back. */
async function endSession(tx: Tx, session: StaffSession, reply: FastifyReply): Promise<void> {
  await tx.run('UPDATE staff.session SET ended_at = clock_timestamp() WHERE id_hash = $1 AND ended_at IS NULL', [
    session.hash,
  ])
  setCookie(reply, '', 0)
}

/** Forgets sessions that ran out or ended an hour ago; gives how many. For a sweeper. */
async function sweepSessions(tx: Tx): Promise<number> {
  return await tx.run(
    `DELETE FROM staff.session
     WHERE expires_at < statement_timestamp() OR ended_at < statement_timestamp() - interval '1 hour'`,
  )
}

// Two cookies of one name are none: somebody may have planted the other.
function readCookie(request: FastifyRequest): string | undefined {
  const found = (request.headers.cookie ?? '').split(';').flatMap((pair) => {
    const [key = '', value = ''] = pair.split('=', 2)
    return key.trim() === cookieName ? [value.trim()] : []
  })
  const [value] = found
  return found.length === 1 && value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined
}

function setCookie(reply: FastifyReply, value: string, seconds: number): void {
  void reply.header(
    'set-cookie',
    `${cookieName}=${value}; Path=/; Max-Age=${seconds}; Secure; HttpOnly; SameSite=Strict`,
  )
}

function hashOf(value: string): Buffer {
  return createHash('sha256').update(value, 'utf8').digest()
}

/** Sessions of the staff: {@link startSession}, {@link findSession}, {@link endSession}, {@link sweepSessions}, {@link listSessions}, {@link endListed}. */
export const staffSessions = {
  start: startSession,
  find: findSession,
  end: endSession,
  sweep: sweepSessions,
  list: listSessions,
  endListed,
} as const
