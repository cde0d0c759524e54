import type { RevokingPermit } from '../../consent/index.ts'
import type { Secret } from '../../kernel/index.ts'
import type { BankRevocation } from '../bank-links.ts'
import type { BankTokenVault } from '../bank-token-vault.ts'
import type { ConsentBook } from '../consent-book.ts'
import { endConsent } from '../fdx/end-consent.ts'
import type { ConsentEnd, EndConsentDeps } from '../fdx/end-consent.ts'
import type { InstitutionDirectory } from '../institution-directory.ts'
import { parseTokenRecord } from '../token-record.ts'
import type { TokenRecord } from '../token-record.ts'
import type { BankServers } from './bank-servers.ts'
import { giveTokensBack } from './give-tokens-back.ts'
import type { TokenBack } from './give-tokens-back.ts'

export type RevokeLinkDeps = EndConsentDeps & {
  readonly tokens: BankTokenVault
  readonly consents: ConsentBook
  readonly directory: InstitutionDirectory
  readonly servers: BankServers
}

/**
 * Gives a link's tokens back to the bank: ends the consent there while the access token still lives, so that the customer
 * reads the reason at the bank, and revokes refresh and access token (RFC 7009) in any case. Either is enough.
 */
export async function revokeLink(deps: RevokeLinkDeps, permit: RevokingPermit): Promise<BankRevocation> {
  const stored = await deps.tokens.readRevoking(permit)
  if (stored === undefined) return { outcome: 'nothing', version: undefined }
  return { outcome: await takeBack(deps, permit, stored.plain), version: stored.version }
}

async function takeBack(
  deps: RevokeLinkDeps,
  permit: RevokingPermit,
  plain: Secret<string>,
): Promise<BankRevocation['outcome']> {
  const record = readRecord(deps, permit, plain)
  const institution = await deps.directory.find(permit.institution)
  // Tokens of another issuer than the configured one are not shown to anybody.
  if (record === undefined || record.issuer !== institution?.issuer) return 'untold'
  const ended = await endConsent(deps, institution, { record, interactionId: permit.lookId })
  const server = await deps.servers.of(institution)
  if (!server.ok) return ended === 'ended' ? 'revoked' : 'unreachable'
  const given = await giveTokensBack(deps, { institution: institution.id, server: server.value }, record)
  const isDead = record.refreshToken === undefined && record.accessExpiresAt < deps.clock.now()
  const outcome = revocationOf(ended, given, isDead)
  if (outcome !== 'unreachable' && record.consentId !== undefined) await deps.consents.forget(permit, record.consentId)
  return outcome
}

/** Either way at the bank is enough. One that offers neither cannot be told. */
function revocationOf(ended: ConsentEnd, given: TokenBack, isDead: boolean): BankRevocation['outcome'] {
  if (ended === 'ended') return 'revoked'
  if (ended === 'gone' || isDead) return 'unknown'
  if (given === 'revoked') return 'revoked'
  return given === 'unsupported' && ended === 'not-offered' ? 'untold' : 'unreachable'
}

function readRecord(deps: RevokeLinkDeps, permit: RevokingPermit, plain: Secret<string>): TokenRecord | undefined {
  try {
    return parseTokenRecord(plain)
  } catch (thrown) {
    // A record that nobody can read must not be tried for ever.
    deps.logger.fault('bank.revoked-token-unreadable', thrown, { institution: permit.institution })
    return undefined
  }
}
