import { createHash, randomBytes } from 'node:crypto'
import type { Tx } from '../../src/platform/index.ts'
import type { StaffPerson } from './staff-people.ts'

/** A session of somebody of the staff, begun by the console's login as its pages do: the hash that functions take. */
export async function beginStaffSession(console: Tx, person: Pick<StaffPerson, 'id'>): Promise<Buffer> {
  return (await beginStaffVisit(console, person)).hash
}

/** The same, with the cookie that a browser sends. */
export async function beginStaffVisit(
  console: Tx,
  person: Pick<StaffPerson, 'id'>,
): Promise<{ readonly hash: Buffer; readonly cookie: string }> {
  const value = randomBytes(32).toString('base64url')
  const hash = createHash('sha256').update(value, 'utf8').digest()
  await console.run(
    `INSERT INTO staff.session (id_hash, member, expires_at) VALUES ($1, $2, clock_timestamp() + interval '1 hour')`,
    [hash, person.id],
  )
  return { hash, cookie: `__Host-parley-staff=${value}` }
}
