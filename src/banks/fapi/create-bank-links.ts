import type { Configuration } from 'openid-client'
import { Fault, Secret, refusal, success, toInstant } from '../../kernel/index.ts'
import type { DataClass, InstitutionId, Instant, Outcome } from '../../kernel/index.ts'
import type { Permit } from '../../consent/index.ts'
import type { Clock, Logger, Random } from '../../platform/index.ts'
import type { BankLinks } from '../bank-links.ts'
import type { BankTokenVault } from '../bank-token-vault.ts'
import type { ConsentBook } from '../consent-book.ts'
import type { Egress } from '../egress/create-egress.ts'
import type { InstitutionDirectory } from '../institution-directory.ts'
import type { Institution } from '../institutions-store.ts'
import { parseTokenRecord, tokenRecordText } from '../token-record.ts'
import type { TokenRecord } from '../token-record.ts'
import type { BankServers } from './bank-servers.ts'
import { parseCarry } from './carry.ts'
import type { Carry } from './carry.ts'
import { authorizationDetails, fdxScopes, grantedClasses, usualDataClasses } from './fdx-consent-request.ts'
import { finishLogin } from './finish-login.ts'
import { giveTokensBack } from './give-tokens-back.ts'
import { readTokenAnswer } from './read-token-answer.ts'
import { revokeLink } from './revoke-link.ts'
import type { SigningKeys } from './signing-keys.ts'
import { startLogin } from './start-login.ts'

/** A consent at a bank ends after a year at the latest (12 CFR 1033.421). */
const daysMax = 365
/** How far a bank's clock may be behind ours when it says when somebody logged in. */
const clockToleranceMs = 10_000

export type BankLinksDeps = {
  readonly directory: InstitutionDirectory
  readonly servers: BankServers
  readonly tokens: BankTokenVault
  readonly consents: ConsentBook
  readonly egress: Egress
  readonly signingKeys: SigningKeys
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** Linking and fresh logins, over FAPI 2.0 (Security Profile, final of February 2025). */
export function createBankLinks(deps: BankLinksDeps): BankLinks {
  const nonces = new Map<string, string>()
  return {
    async start({ institution: id, redirectUri, days, dataClasses = usualDataClasses }) {
      if (!Number.isInteger(days) || days < 1 || days > daysMax) throw new RangeError('a consent lasts 1 to 365 days')
      const found = await find(deps, id)
      if (!found.ok) return found
      const metadata = found.value.server.serverMetadata()
      const scopes = ['openid', ...fdxScopes(dataClasses, metadata)]
      // Where a bank ties refresh tokens to the standard scope, it also wants the consent page shown (OIDC Core §11).
      const offline = metadata.scopes_supported?.includes('offline_access') === true
      const ask = {
        scope: [...scopes, ...(offline ? ['offline_access'] : [])].join(' '),
        authorization_details: authorizationDetails(dataClasses, days, metadata),
        ...(offline ? { prompt: 'consent' } : {}),
      }
      return await startLogin(deps, { kind: 'link', ...found.value, redirectUri, ask })
    },

    async finish({ institution: id, carry: sealed, currentUrl, permit }) {
      if (permit.institution !== id) throw mismatch()
      const finished = await finish(deps, id, { kind: 'link', carry: parseCarry(sealed), currentUrl })
      if (!finished.ok) return finished
      const { tokens, idToken, carry, server } = finished.value
      const answer = readTokenAnswer(tokens, deps.clock.now())
      if (answer === undefined) return refusal('banks/unreadable')
      const replaced = await readReplaced(deps, permit)
      const record: TokenRecord = { ...answer, issuer: carry.issuer, dpopKey: carry.dpopKey, subject: idToken.sub }
      const stored = await deps.tokens.store(permit, { expectedVersion: 0, plain: tokenRecordText(record) })
      if (!stored) {
        await giveTokensBack(deps, { institution: id, server }, record)
        return refusal('banks/link-stopped')
      }
      // Before the old consent ends at the bank, which will say so: from here on its end concerns nobody.
      if (record.consentId !== undefined) {
        await deps.consents.remember(permit, record.consentId, grantedClasses(tokens))
      }
      // The consent that this link replaces should not live on at the bank. Where a bank does not say which consent is
      // which, it may have reused one, and giving back the old tokens would end the new link.
      if (replaced !== undefined && isAnotherConsent(replaced, record)) {
        await giveTokensBack(deps, { institution: id, server }, replaced)
      }
      const consentId = answer.consentId === undefined ? undefined : new Secret(answer.consentId)
      return success({ subject: new Secret(idToken.sub), consentId })
    },

    async startFreshLogin({ institution: id, redirectUri, nonce }) {
      if (!/^[A-Za-z0-9_-]{22,256}$/.test(nonce)) throw new RangeError('a nonce has at least 128 bits, in base64url')
      const found = await find(deps, id)
      if (!found.ok) return found
      const ask = { scope: 'openid', prompt: 'login', max_age: '0' }
      return await startLogin(deps, { kind: 'fresh-login', ...found.value, redirectUri, nonce, ask })
    },

    async finishFreshLogin({ institution: id, carry: sealed, currentUrl, nonce }) {
      const carry = parseCarry(sealed)
      if (carry.nonce !== nonce) return refusal('banks/identity-unproven')
      const finished = await finish(deps, id, { kind: 'fresh-login', carry, currentUrl })
      if (!finished.ok) return finished
      // The tokens are dropped, not given back: a bank may hang them on the consent of the link, which must live on.
      const { idToken } = finished.value
      const loggedInAt = freshLoginTime(idToken.auth_time, carry.startedAt, deps.clock.now())
      if (loggedInAt === undefined) return refusal('banks/identity-unproven')
      return success({ subject: new Secret(idToken.sub), loggedInAt })
    },

    revoke: (permit) => revokeLink({ ...deps, nonces }, permit),
  }
}

type Found = { readonly institution: Institution; readonly server: Configuration }

async function find(
  deps: BankLinksDeps,
  id: InstitutionId,
): Promise<Outcome<Found, 'banks/unknown-institution' | 'banks/unreachable' | 'banks/unreadable'>> {
  const institution = await deps.directory.find(id)
  if (institution === undefined) return refusal('banks/unknown-institution')
  const server = await deps.servers.of(institution)
  return server.ok ? success({ institution, server: server.value }) : server
}

async function finish(
  deps: BankLinksDeps,
  id: InstitutionId,
  login: { readonly kind: Carry['kind']; readonly carry: Carry; readonly currentUrl: URL },
) {
  const { carry, currentUrl } = login
  if (carry.institution !== id || carry.kind !== login.kind) throw mismatch()
  const institution = await deps.directory.find(id)
  if (institution === undefined) return refusal('banks/unknown-institution')
  const finished = await finishLogin(deps, {
    carry,
    institution,
    currentUrl,
    findServer: () => deps.servers.of(institution),
  })
  return finished.ok ? success({ ...finished.value, carry }) : finished
}

// The tokens of an earlier link, to be given back. If they cannot be read any more, a new link is the way out and not blocked.
async function readReplaced(deps: BankLinksDeps, permit: Permit<DataClass>): Promise<TokenRecord | undefined> {
  try {
    const before = await deps.tokens.read(permit)
    return before === undefined ? undefined : parseTokenRecord(before.plain)
  } catch (thrown) {
    deps.logger.fault('bank.replaced-token-unreadable', thrown, { institution: permit.institution })
    return undefined
  }
}

function isAnotherConsent(replaced: TokenRecord, record: TokenRecord): boolean {
  const { consentId } = replaced
  return replaced.issuer === record.issuer && consentId !== undefined && consentId !== record.consentId
}

// `prompt=login` and `max_age=0` ask for a login now; only `auth_time` proves that it happened (OIDC Core §3.1.2.1).
function freshLoginTime(authTime: number | undefined, startedAt: Instant, now: Instant): Instant | undefined {
  if (authTime === undefined) return undefined
  const loggedInAt = authTime * 1000
  const isFresh = loggedInAt >= startedAt - clockToleranceMs && loggedInAt <= now + clockToleranceMs
  return isFresh ? toInstant(loggedInAt) : undefined
}

function mismatch(): Fault {
  return new Fault('banks/institution-mismatch', { retry: 'never' })
}
