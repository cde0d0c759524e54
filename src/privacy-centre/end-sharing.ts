import { endings, signedTerms } from '../consent/index.ts'
import type { CustomerId, InstitutionId } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'

/** What of a customer's: at one bank, or at all. */
type Whose = { readonly customer: CustomerId; readonly institution?: InstitutionId }

/**
 * Ends all that is shared, by one press, but for fraud alerts: a browser that somebody else picks up signed in must not silence them
 * (P4). How many banks that ended something at, and whether alerts go on.
 */
export async function endSharing(tx: Tx, whose: Whose): Promise<{ readonly ended: number; readonly alerts: boolean }> {
  const live = (await signedTerms.listShared(tx, whose))
    .flatMap(({ grants }) => grants)
    .filter(({ endedAt }) => endedAt === undefined)
  // Suspended ones too: a cut-off ends, and they come back.
  const spared = live.filter(({ purpose }) => purpose === 'fraud-alerts')
  const alerts = spared.some(({ holds }) => holds)
  if (spared.length === 0) return { ended: (await endings.end(tx, whose, 'customer-on-page')).length, alerts }
  const grants = live.filter(({ purpose }) => purpose !== 'fraud-alerts').map(({ id }) => id)
  const ended = grants.length === 0 ? [] : await endings.end(tx, { ...whose, grants }, 'narrowed')
  return { ended: ended.length, alerts }
}

/**
 * Ends fraud alerts, at one bank or at all; only ever behind a fresh passkey. Gives the banks where they ended. Where nothing else is
 * shared the whole link ends with them.
 */
export async function endFraudAlerts(tx: Tx, whose: Whose): Promise<readonly InstitutionId[]> {
  const live = (await signedTerms.listShared(tx, whose)).flatMap(({ terms, grants }) =>
    grants.filter(({ endedAt }) => endedAt === undefined).map((grant) => ({ ...grant, bank: terms.institution })),
  )
  const alerts = live.filter(({ purpose }) => purpose === 'fraud-alerts')
  const banks = [...new Set(alerts.map(({ bank }) => bank))]
  const ended = await Promise.all(
    banks.map((bank) => {
      const grants = alerts.filter((grant) => grant.bank === bank).map(({ id }) => id)
      const isAll = !live.some((grant) => grant.bank === bank && grant.purpose !== 'fraud-alerts')
      return endings.end(tx, { customer: whose.customer, grants }, isAll ? 'customer-on-page' : 'narrowed')
    }),
  )
  return banks.filter((_bank, index) => (ended[index] ?? []).length > 0)
}
