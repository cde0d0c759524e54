import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { readOrMakeSecretFile } from './secret-file.ts'

const credential = z.object({ login: z.string(), password: z.string(), name: z.string() })
const shape = z.array(credential)

/** What a person types at the bank's login page. */
export type Credential = z.infer<typeof credential>

/** Reads `people.json` of the data folder (mode 0600), or makes it with fresh random passwords. */
export function loadPeopleFile(
  dataDir: string,
  people: readonly { readonly login: string; readonly name: string }[],
): Promise<readonly Credential[]> {
  return readOrMakeSecretFile(join(dataDir, 'people.json'), shape, () =>
    people.map(({ login, name }) => ({ login, password: makePassword(), name })),
  )
}

/** 100 bits in a form a person can type: five groups of four letters and digits without look-alikes. */
function makePassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
  const symbols = [...randomBytes(200)]
    .filter((byte) => byte < letters.length * 8)
    .map((byte) => letters[byte % letters.length])
  return [0, 4, 8, 12, 16].map((at) => symbols.slice(at, at + 4).join('')).join('-')
}

/** Reads `control.json` (mode 0600): the secret that guards the control API. */
export async function loadControlSecret(dataDir: string): Promise<string> {
  const file = await readOrMakeSecretFile(
    join(dataDir, 'control.json'),
    z.object({ controlSecret: z.string().min(32) }),
    () => ({ controlSecret: randomBytes(32).toString('base64url') }),
  )
  return file.controlSecret
}
