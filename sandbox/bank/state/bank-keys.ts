import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { exportJWK, generateKeyPair } from 'jose'
import { z } from 'zod'
import { readOrMakeSecretFile } from './secret-file.ts'

const privateJwk = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  d: z.string(),
  kid: z.string(),
  alg: z.literal('ES256'),
  use: z.literal('sig'),
})

const shape = z.object({
  signingKey: privateJwk,
  cookieKeys: z.array(z.string().min(32)).min(1),
  dpopNonceSecret: z.string().min(43),
})

/** What the bank signs with: access and id tokens (ES256), cookies, DPoP nonces. Made once per data folder. */
export type BankKeys = z.infer<typeof shape>

/** Reads `keys.json` of the data folder (mode 0600) or makes it. */
export function loadBankKeys(dataDir: string): Promise<BankKeys> {
  return readOrMakeSecretFile(join(dataDir, 'keys.json'), shape, async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    return {
      signingKey: privateJwk.parse({ ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'ES256', use: 'sig' }),
      cookieKeys: [randomBytes(32).toString('base64url')],
      dpopNonceSecret: randomBytes(32).toString('base64url'),
    }
  })
}
