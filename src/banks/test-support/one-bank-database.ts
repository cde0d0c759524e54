import type { Database } from '../../platform/index.ts'
import type { Institution } from '../institutions-store.ts'

/**
 * Stands in for the database where a test is about the wire: it knows one institution, counts calls, and takes note of
 * consents and of jobs. The statements themselves are tested on PostgreSQL.
 */
export function oneBankDatabase(
  institution: Institution,
): Database & { readonly callsCounted: number; readonly consentsHeld: number; readonly jobs: readonly string[] } {
  const row = {
    id: institution.id,
    name: institution.name,
    issuer: institution.issuer,
    fdx_url: institution.fdxUrl,
    client_id: institution.clientId,
    calls_per_day: institution.callsPerDay,
  }
  let calls = 0
  let consents = 0
  const jobs: string[] = []
  const unexpected = (): never => {
    throw new TypeError('this test needs the real database')
  }
  return {
    login: 'parley_answer',
    get callsCounted() {
      return calls
    },
    get consentsHeld() {
      return consents
    },
    jobs,
    maybe: (shape, _text, values) => Promise.resolve(values?.[0] === institution.id ? shape.parse(row) : undefined),
    run(text) {
      if (text.includes('institutions.bank_consent')) {
        consents = text.includes('DELETE') ? 0 : 1
        return Promise.resolve(1)
      }
      if (!text.includes('institutions.call_count')) return unexpected()
      if (calls >= institution.callsPerDay) return Promise.resolve(0)
      calls += 1
      return Promise.resolve(1)
    },
    rows: unexpected,
    one(shape, text, values) {
      if (!text.includes('platform.add_job')) return unexpected()
      jobs.push(String(values?.[0]))
      return Promise.resolve(shape.parse({ id: BigInt(jobs.length) }))
    },
    announce: () => undefined,
    transaction: unexpected,
    onAnnounced: unexpected,
    openSession: unexpected,
    close: () => Promise.resolve(),
  }
}
