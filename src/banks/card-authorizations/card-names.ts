import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { InstitutionId, Secret } from '../../kernel/index.ts'
import { bytesColumn, seal, unseal } from '../../platform/index.ts'
import type { Tx } from '../../platform/index.ts'

/** A card as a network names it (a card number, a processor's id), and the bank's account that it is of; none: forget it. */
export type CardName = { readonly name: Secret<string>; readonly accountId: string | undefined }

/** Which account a card is of that comes under another name. */
export type CardNames = {
  /** Remembers what the bank says, the last word on each name. */
  keep(tx: Tx, institution: InstitutionId, names: readonly CardName[]): Promise<void>
  /** The account of a card; undefined for one that the bank never named. */
  find(tx: Tx, institution: InstitutionId, name: Secret<string>): Promise<string | undefined>
}

/**
 * The database has a hash of the name under the gateway's secret, and the account sealed under a key that follows from name and
 * secret: with the table alone nobody learns a card number, nor that two cards are of one account.
 */
export function createCardNames(linkSecret: Secret<Uint8Array>): CardNames {
  const keyOf = (use: string): Buffer => createHmac('sha256', linkSecret.reveal()).update(use).digest()
  const forHashes = keyOf('parley/card-name/v1')
  const forAccounts = keyOf('parley/card-account/v1')
  const under = (key: Buffer, institution: InstitutionId, name: Secret<string>): Buffer =>
    createHmac('sha256', key).update(`${institution}|${name.reveal()}`).digest()

  return {
    async keep(tx, institution, names) {
      // Two words on one name in one statement would meet in one row.
      const last = new Map(names.map((one) => [one.name.reveal(), one]))
      const kept: { hash: Buffer; sealed: Buffer }[] = []
      const gone: Buffer[] = []
      for (const { name, accountId } of last.values()) {
        const hash = under(forHashes, institution, name)
        if (accountId === undefined) gone.push(hash)
        else {
          const key = under(forAccounts, institution, name)
          kept.push({ hash, sealed: seal(key, Buffer.from(accountId, 'utf8'), contextOf(institution)) })
        }
      }
      await Promise.all([
        tx.run(
          `INSERT INTO institutions.card_name (institution, name_hash, account_sealed)
           SELECT $1, w.hash, w.sealed FROM unnest($2::bytea[], $3::bytea[]) AS w (hash, sealed) ORDER BY w.hash
           ON CONFLICT (institution, name_hash) DO UPDATE SET account_sealed = excluded.account_sealed`,
          [institution, kept.map(({ hash }) => hash), kept.map(({ sealed }) => sealed)],
        ),
        tx.run('DELETE FROM institutions.card_name WHERE institution = $1 AND name_hash = ANY ($2::bytea[])', [
          institution,
          gone,
        ]),
      ])
    },
    async find(tx, institution, name) {
      const row = await tx.maybe(
        nameRow,
        'SELECT account_sealed FROM institutions.card_name WHERE institution = $1 AND name_hash = $2',
        [institution, under(forHashes, institution, name)],
      )
      if (row === undefined) return undefined
      return unseal(under(forAccounts, institution, name), row.account_sealed, contextOf(institution)).toString('utf8')
    },
  }
}

const nameRow = z.object({ account_sealed: bytesColumn })

function contextOf(institution: InstitutionId): string {
  return `card_name|${institution}`
}
