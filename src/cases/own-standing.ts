import { z } from 'zod'
import { caseFindings, caseRefunds } from '../kernel/index.ts'
import type { Database } from '../platform/index.ts'
import type { CaseStanding, OwnDesk } from '../privacy-centre/index.ts'

const standingRow = z
  .object({
    number: z.string(),
    state: z.enum(['waiting', 'working', 'decided', 'closed']),
    finding: z.enum(caseFindings).nullable(),
    refund: z.enum(caseRefunds).nullable(),
  })
  .transform(({ number, state, finding, refund }) => {
    const standing: CaseStanding = { state, finding: finding ?? undefined, refund: refund ?? undefined }
    return [number, standing] as const
  })

/** The desk as its customer sees it, with how each case stands and what was found. Login `parley_centre`: whose, the session says. */
export function withStanding(desk: OwnDesk, { database }: { readonly database: Database }): OwnDesk {
  return {
    ...desk,
    async cases(session) {
      const [cases, rows] = await Promise.all([
        desk.cases(session),
        database.rows(standingRow, 'SELECT number, state, finding, refund FROM cases.own_standing($1)', [session]),
      ])
      const standings = new Map(rows)
      return cases.map((each) => {
        const standing = standings.get(each.number)
        return standing === undefined ? each : { ...each, standing }
      })
    },
  }
}
