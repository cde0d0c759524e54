import { getDPoPHandle, refreshTokenGrant } from 'openid-client'
import type { Configuration } from 'openid-client'
import type { Permit } from '../consent/index.ts'
import { refusal, success } from '../kernel/index.ts'
import type { DataClass, Instant, Outcome } from '../kernel/index.ts'
import type { Clock, Logger } from '../platform/index.ts'
import type { BankRefusal } from './bank.ts'
import type { BankTokenVault } from './bank-token-vault.ts'
import type { BankServers } from './fapi/bank-servers.ts'
import { dpopKeyPair } from './fapi/dpop-key.ts'
import { oauthTrouble } from './fapi/oauth-trouble.ts'
import { readTokenAnswer } from './fapi/read-token-answer.ts'
import type { Institution } from './institutions-store.ts'
import { parseTokenRecord, tokenRecordText } from './token-record.ts'
import type { TokenRecord } from './token-record.ts'

/** An access token that ends this soon is refreshed before it is used. */
const marginMs = 20_000
/** While another process refreshes, the record is read again this often. */
const lookAgainMs = 100
/** Refreshed tokens that could not be stored are kept for the next look this long … */
const unsavedMs = 60_000
/** … and no more than this many of them: past it, the customer links again. */
const unsavedMax = 1_000

/** The stored record as one look read it. */
export type LiveToken = { readonly version: number; readonly record: TokenRecord }

export type FreshTokens = {
  /** The link's tokens, refreshed if the access token is at its end. */
  current(look: TokenLook): Promise<Outcome<LiveToken, BankRefusal>>
  /** Newer tokens than these, after the bank refused them. */
  renew(look: TokenLook, refused: LiveToken): Promise<Outcome<LiveToken, BankRefusal>>
  /** Forgets what could not be stored. */
  close(): void
}

export type TokenLook = {
  readonly permit: Permit<DataClass>
  readonly institution: Institution
  /** The whole look's deadline. */
  readonly endsAt: Instant
}

export type FreshTokensDeps = {
  readonly tokens: BankTokenVault
  readonly servers: BankServers
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Reads tokens, and refreshes them one at a time: in this process by waiting for a refresh that is under way, across
 * processes by the vault's lease. Where a bank rotates refresh tokens, the loser of a race would hold a worthless one.
 */
export function createFreshTokens(deps: FreshTokensDeps): FreshTokens {
  const underway = new Map<string, Promise<Outcome<LiveToken, BankRefusal>>>()
  const unsaved = new Map<string, { readonly token: LiveToken; readonly stopWaiting: () => void }>()

  async function read(look: TokenLook): Promise<Outcome<LiveToken, BankRefusal>> {
    const stored = await deps.tokens.read(look.permit)
    if (stored === undefined) return refusal('banks/link-expired')
    const pending = unsaved.get(keyOf(look.permit))?.token
    if (pending !== undefined && pending.version === stored.version) return await save(look, pending)
    const record = parseTokenRecord(stored.plain)
    // Tokens of another issuer than the configured one are not shown to anybody.
    if (record.issuer !== look.institution.issuer) return refusal('banks/link-expired')
    return success({ version: stored.version, record })
  }

  async function renew(look: TokenLook, refused: LiveToken): Promise<Outcome<LiveToken, BankRefusal>> {
    const key = keyOf(look.permit)
    const running = underway.get(key)
    if (running !== undefined) {
      const ended = await running
      return await newerOr(look, refused, ended.ok ? 'banks/unreachable' : ended.code)
    }
    const refreshing = refreshInTurn(look, refused).finally(() => underway.delete(key))
    underway.set(key, refreshing)
    return await refreshing
  }

  // What somebody else has just stored is read under this look's own permit.
  async function newerOr(
    look: TokenLook,
    refused: LiveToken,
    code: BankRefusal,
  ): Promise<Outcome<LiveToken, BankRefusal>> {
    const now = await read(look)
    return now.ok && now.value.version === refused.version ? refusal(code) : now
  }

  async function refreshInTurn(look: TokenLook, refused: LiveToken): Promise<Outcome<LiveToken, BankRefusal>> {
    if (refused.record.refreshToken === undefined) return refusal('banks/link-expired')
    // Found before the lease is taken, which then only has to outlast the refresh itself.
    const server = await deps.servers.of(look.institution)
    if (!server.ok) return server
    while (deps.clock.now() < look.endsAt) {
      if (await deps.tokens.lease(look.permit, refused.version)) {
        return await refresh(look, refused, server.value, refused.record.refreshToken)
      }
      const now = await read(look)
      if (!now.ok || now.value.version !== refused.version) return now
      await deps.clock.sleep(lookAgainMs)
    }
    return refusal('banks/unreachable')
  }

  async function refresh(
    look: TokenLook,
    old: LiveToken,
    server: Configuration,
    refreshToken: string,
  ): Promise<Outcome<LiveToken, BankRefusal>> {
    try {
      const DPoP = getDPoPHandle(server, await dpopKeyPair(old.record.dpopKey))
      const tokens = await refreshTokenGrant(server, refreshToken, undefined, { DPoP })
      const answer = readTokenAnswer(tokens, deps.clock.now())
      if (answer === undefined || tokens.token_type !== 'dpop') return refusal('banks/unreadable')
      if (isOfAnother(old.record, answer.consentId, tokens.claims()?.sub)) {
        deps.logger.warn('bank.tokens-of-another', { institution: look.institution.id })
        await putBack(look, old.version, old.record)
        return refusal('banks/unreadable')
      }
      const record: TokenRecord = {
        ...old.record,
        accessToken: answer.accessToken,
        accessExpiresAt: answer.accessExpiresAt,
        refreshToken: answer.refreshToken ?? refreshToken,
      }
      return await save(look, { version: old.version, record })
    } catch (error) {
      const trouble = oauthTrouble(error)
      deps.logger.warn('bank.token-not-refreshed', { institution: look.institution.id, kind: trouble.kind })
      if (trouble.error === 'invalid_grant') return await giveUpRefreshing(look, old)
      await putBack(look, old.version, old.record)
      return refusal(trouble.kind === 'unreachable' ? 'banks/unreachable' : 'banks/unreadable')
    }
  }

  // Refused, unless another process was quicker after all (its lease had run out, ours came after). What the bank took
  // back is worth nothing and is dropped, so that the next look knows at once.
  async function giveUpRefreshing(look: TokenLook, old: LiveToken): Promise<Outcome<LiveToken, BankRefusal>> {
    const now = await newerOr(look, old, 'banks/link-expired')
    const record = { ...old.record, refreshToken: undefined }
    if (!now.ok) await putBack(look, old.version, record)
    return now
  }

  // Storing ends the lease: else the next look would wait for it in vain and call the bank unreachable.
  async function putBack(look: TokenLook, version: number, record: TokenRecord): Promise<void> {
    await deps.tokens.store(look.permit, { expectedVersion: version, plain: tokenRecordText(record) })
  }

  // Until it is stored, a refreshed token exists only here: it is kept for the next look, also if storing it throws.
  async function save(look: TokenLook, token: LiveToken): Promise<Outcome<LiveToken, BankRefusal>> {
    const key = keyOf(look.permit)
    keepUnsaved(key, token)
    const plain = tokenRecordText(token.record)
    if (await deps.tokens.store(look.permit, { expectedVersion: token.version, plain })) {
      forgetUnsaved(key)
      return success({ version: token.version + 1, record: token.record })
    }
    // Not stored: a newer version is there, or the customer has just ended the grant. Reading again tells.
    const stored = await deps.tokens.read(look.permit)
    if (stored === undefined) return refusal('banks/consent-ended')
    if (stored.version === token.version) return refusal('banks/unreachable')
    forgetUnsaved(key)
    return success({ version: stored.version, record: parseTokenRecord(stored.plain) })
  }

  function keepUnsaved(key: string, token: LiveToken): void {
    forgetUnsaved(key)
    if (unsaved.size >= unsavedMax) return
    const stopWaiting = deps.clock.after(unsavedMs, () => unsaved.delete(key))
    unsaved.set(key, { token, stopWaiting })
  }

  function forgetUnsaved(key: string): void {
    unsaved.get(key)?.stopWaiting()
    unsaved.delete(key)
  }

  return {
    renew,
    async current(look) {
      const token = await read(look)
      if (!token.ok || token.value.record.accessExpiresAt - marginMs > deps.clock.now()) return token
      return await renew(look, token.value)
    },
    close() {
      for (const key of [...unsaved.keys()]) forgetUnsaved(key)
    },
  }
}

/**
 * Whether renewed tokens stand for another consent or person than the link does (OIDC Core §12.2): then the refresh token was
 * somebody else's, put into the first answer on its way (FAPI attacker A5), and its figures are nobody's to see here.
 */
function isOfAnother(old: TokenRecord, consentId: string | undefined, subject: string | undefined): boolean {
  const differs = (before: string | undefined, now: string | undefined): boolean =>
    before !== undefined && now !== undefined && before !== now
  return differs(old.consentId, consentId) || differs(old.subject, subject)
}

function keyOf(permit: Permit<DataClass>): string {
  return `${permit.customer}|${permit.institution}`
}
