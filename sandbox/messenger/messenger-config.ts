import { randomBytes, randomInt } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'

/** The page's own inbox, as an app. */
export const PAGE_INBOX = '263902037430900'

const digits = z.string().regex(/^\d{5,20}$/)
const secret = z.string().min(8).max(500)

const configShape = z.object({
  appId: digits,
  appSecret: secret,
  verifyToken: secret,
  pageId: digits,
  pageAccessToken: secret,
  controlSecret: secret,
  pageName: z.string().min(1).max(75).default('Parley'),
  // Other apps of the page, which a thread can be passed to: the page's own inbox, unless more are named.
  otherApps: z.array(digits).default(() => [PAGE_INBOX]),
})

/** The app, the page and the secrets both sides of the wire share; `controlSecret` opens the control API. */
export type MessengerConfig = z.infer<typeof configShape>

/**
 * Reads the config file, or makes one with random secrets (mode 0600) when there is none.
 * Throws with the offending field named when the file is not a config; never prints a value.
 */
export function loadConfig(dataDir: string, file: string | undefined): MessengerConfig {
  const path = file ?? join(dataDir, 'config.json')
  if (!existsSync(path)) writeConfig(path, makeConfig())
  const parsed = configShape.safeParse(JSON.parse(readFileSync(path, 'utf8')))
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')
  throw new Error(`The messenger's config file is not usable; look at: ${fields}`)
}

function makeConfig(): MessengerConfig {
  return {
    appId: randomDigits(15),
    appSecret: randomBytes(16).toString('hex'),
    verifyToken: randomBytes(16).toString('hex'),
    pageId: randomDigits(15),
    pageAccessToken: `EAA${randomBytes(48).toString('base64url')}`,
    controlSecret: randomBytes(24).toString('base64url'),
    pageName: 'Parley',
    otherApps: [PAGE_INBOX],
  }
}

/** A number-like id that never starts with 0 and fits a 53-bit integer (up to 15 digits). */
export function randomDigits(length: number): string {
  let text = String(randomInt(1, 10))
  while (text.length < length) text += String(randomInt(0, 10))
  return text
}

function writeConfig(path: string, config: MessengerConfig): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}.tmp`
  writeFileSync(draft, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
  renameSync(draft, path)
}
