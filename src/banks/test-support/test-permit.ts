import { makePermit } from '../../consent/permit.ts'
import { makeRevokingPermit } from '../../consent/revoking-permit.ts'
import type { RevokingPermit } from '../../consent/index.ts'
import type { Permit } from '../../consent/index.ts'
import { Secret, toInstant } from '../../kernel/index.ts'
import type { AuditEntryId, CustomerId, DataClass, GrantId, InstitutionId } from '../../kernel/index.ts'

const testCustomer = '7b3c1d52-0a54-4e3f-9f5e-2f4f3d1c9a10'

/**
 * A permit that no gate opened, for tests of what goes over the wire. `dependency-cruiser` lets nothing but tests reach
 * `makePermit` past consent's front door.
 */
export function testPermit<Class extends DataClass>(
  dataClass: Class,
  options: { institution?: string; accounts?: readonly string[]; customer?: string } = {},
): Permit<Class> {
  const key = new Secret(new Uint8Array(32))
  const accounts = options.accounts ?? []
  return makePermit({
    dataClass,
    customer: (options.customer ?? testCustomer) as CustomerId,
    institution: (options.institution ?? 'test-bank') as InstitutionId,
    conversation: null,
    ticket: 1n,
    lookId: crypto.randomUUID() as AuditEntryId,
    channel: 'link-page',
    grantId: crypto.randomUUID() as GrantId,
    disclosure: 'sealed',
    accounts,
    keys: { data: key, bankToken: key, disclosure: 'sealed', accounts },
    auditKey: key,
    openedAt: toInstant(Date.now()),
    promise: 'a promise of nobody’s',
  })
}

/** A revoking permit that no gate opened, for tests of what goes over the wire. */
export function testRevokingPermit(institution: string): RevokingPermit {
  return makeRevokingPermit({
    customer: testCustomer as CustomerId,
    institution: institution as InstitutionId,
    ticket: 1n,
    lookId: crypto.randomUUID() as AuditEntryId,
    bankToken: new Secret(new Uint8Array(32)),
  })
}

/** A secret for the hashes of a test's consents. */
export const testLinkSecret = new Secret<Uint8Array>(new Uint8Array(32).fill(7))
