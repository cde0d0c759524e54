import { z } from 'zod'
import type { InstitutionId } from '../kernel/index.ts'
import { isInstitutionId } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'

/** A bank as configured: the allow-list of one issuer and one API that this product speaks to for it. */
export type Institution = {
  readonly id: InstitutionId
  readonly name: string
  /** OAuth issuer, compared character by character. */
  readonly issuer: string
  /** Base address of its FDX API, without a slash at the end. */
  readonly fdxUrl: string
  readonly clientId: string
  /** Calls a day for each customer; 0 = no limit. */
  readonly callsPerDay: number
  /** Where its customers are, for totals; `unnamed` where nobody said. */
  readonly region?: string | undefined
}

const institutionRow = z
  .object({
    id: z.string().refine(isInstitutionId),
    name: z.string(),
    issuer: z.url(),
    fdx_url: z.url(),
    client_id: z.string(),
    calls_per_day: z.number().int(),
  })
  .transform((row): Institution => ({
    id: row.id,
    name: row.name,
    issuer: row.issuer,
    fdxUrl: row.fdx_url.replace(/\/+$/, ''),
    clientId: row.client_id,
    callsPerDay: row.calls_per_day,
  }))

/** One bank, or undefined if it is not configured here. */
export function loadInstitution(tx: Tx, id: InstitutionId): Promise<Institution | undefined> {
  return tx.maybe(
    institutionRow,
    'SELECT id, name, issuer, fdx_url, client_id, calls_per_day FROM institutions.institution WHERE id = $1',
    [id],
  )
}

/** The most banks one page of choice lists. */
const listedMax = 500

/** Every configured bank, by name. */
export function listInstitutions(tx: Tx): Promise<readonly Institution[]> {
  return tx.rows(
    institutionRow,
    `SELECT id, name, issuer, fdx_url, client_id, calls_per_day FROM institutions.institution ORDER BY name, id LIMIT ${listedMax}`,
  )
}

/** Writes what the configuration says about a bank. Only the owner of the table may (a migrator after SET ROLE). */
export function saveInstitution(tx: Tx, institution: Institution): Promise<number> {
  return tx.run(
    `INSERT INTO institutions.institution (id, name, issuer, fdx_url, client_id, calls_per_day, region)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, issuer = excluded.issuer, fdx_url = excluded.fdx_url,
       client_id = excluded.client_id, calls_per_day = excluded.calls_per_day, region = excluded.region`,
    [
      institution.id,
      institution.name,
      institution.issuer,
      institution.fdxUrl,
      institution.clientId,
      institution.callsPerDay,
      institution.region ?? 'unnamed',
    ],
  )
}
