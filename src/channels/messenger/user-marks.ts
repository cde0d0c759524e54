import { createHmac } from 'node:crypto'
import { Secret } from '../../kernel/index.ts'
import { seal, unseal } from '../../platform/index.ts'
import type { RequestCode } from '../platform-requests-store.ts'

/** How app-scoped ids are kept: found by a keyed hash, and sealed only for as long as a request waits. */
export type UserMarks = {
  hash(user: Secret<string>): Buffer
  seal(code: RequestCode, user: Secret<string>): Buffer
  /** Opens what `seal` made for this very request. */
  open(code: RequestCode, sealed: Uint8Array): Secret<string>
}

/** Both keys follow from the gateway's link secret, so that the database alone gives nobody's id away. */
export function createUserMarks(linkSecret: Secret<Uint8Array>, appId: string): UserMarks {
  const sealKey = createHmac('sha256', linkSecret.reveal()).update('parley/platform-request/v1').digest()
  const contextOf = (code: RequestCode): string => `platform_request|${code}`
  return {
    hash: (user) =>
      createHmac('sha256', linkSecret.reveal())
        .update(`parley/app-scoped/v1|messenger|${appId}|${user.reveal()}`)
        .digest(),
    seal: (code, user) => seal(sealKey, Buffer.from(user.reveal(), 'utf8'), contextOf(code)),
    open: (code, sealed) => new Secret(unseal(sealKey, sealed, contextOf(code)).toString('utf8')),
  }
}
