import type { Database } from '../../platform/index.ts'
import type { Institution } from '../institutions-store.ts'

/**
 * Stands in for the database where a test is about the wire: it knows one institution and counts calls. The budget's
 * statement itself is tested on PostgreSQL.
 */
export function oneBankDatabase(institution: Institution): Database & { readonly callsCounted: number } {
  const row = {
    id: institution.id,
    name: institution.name,
    issuer: institution.issuer,
    fdx_url: institution.fdxUrl,
    client_id: institution.clientId,
    calls_per_day: institution.callsPerDay,
  }
  let calls = 0
  const unexpected = (): never => {
    throw new TypeError('this test needs the real database')
  }
  return {
    login: 'parley_answer',
    get callsCounted() {
      return calls
    },
    maybe: (shape, _text, values) => Promise.resolve(values?.[0] === institution.id ? shape.parse(row) : undefined),
    run(text) {
      if (!text.includes('institutions.call_count')) return unexpected()
      if (calls >= institution.callsPerDay) return Promise.resolve(0)
      calls += 1
      return Promise.resolve(1)
    },
    rows: unexpected,
    one: unexpected,
    announce: unexpected,
    transaction: unexpected,
    onAnnounced: unexpected,
    openSession: unexpected,
    close: () => Promise.resolve(),
  }
}
