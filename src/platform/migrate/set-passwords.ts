import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Client } from 'pg'
import { z } from 'zod'
import type { Secret } from '../../kernel/index.ts'
import { platformFault } from '../fault.ts'

const stored = z.array(z.object({ rolpassword: z.string().nullable() }))
const loginShape = /^[a-z][a-z0-9_]{0,62}$/
/** Plain ASCII, where the protocol's normalisation (RFC 4013) changes nothing. */
const passwordShape = /^[\x21-\x7e]{12,200}$/

/**
 * Sets the logins' passwords where they differ. Only the SCRAM verifier (RFC 5803) travels, so that no log of the
 * server can hold a password.
 */
export async function setPasswords(
  client: Client,
  prefix: string,
  passwords: Readonly<Record<string, Secret<string>>>,
): Promise<void> {
  for (const [login, secret] of Object.entries(passwords)) {
    const role = `${prefix}${login}`
    const password = secret.reveal()
    if (!loginShape.test(role) || !passwordShape.test(password)) throw platformFault('platform/login-password')
    const rows = stored.parse((await client.query('SELECT rolpassword FROM pg_authid WHERE rolname = $1', [role])).rows)
    const [row] = rows
    if (row === undefined) throw platformFault('platform/login-missing', new Error(role))
    if (row.rolpassword !== null && fits(row.rolpassword, password)) continue
    await client.query(`ALTER ROLE ${role} PASSWORD '${verifier(password, randomBytes(16), iterationsDefault)}'`)
  }
}

/** What PostgreSQL itself uses; our passwords are random, so more would only slow down logging in. */
const iterationsDefault = 4096

/** `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>` (RFC 5802 section 3, RFC 7677). */
function verifier(password: string, salt: Buffer, iterations: number): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const storedKey = createHash('sha256')
    .update(createHmac('sha256', salted).update('Client Key').digest())
    .digest('base64')
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`
}

function fits(known: string, password: string): boolean {
  const [, iterations, salt] = /^SCRAM-SHA-256\$(\d+):([^$]+)\$/.exec(known) ?? []
  if (iterations === undefined || salt === undefined) return false
  const ours = Buffer.from(verifier(password, Buffer.from(salt, 'base64'), Number(iterations)))
  const theirs = Buffer.from(known)
  return ours.length === theirs.length && timingSafeEqual(ours, theirs)
}
