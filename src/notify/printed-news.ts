import type { News } from '../answers/index.ts'
import type { Permit } from '../consent/index.ts'
import type { CustomerId, DataClass } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import { classOf, fingerprintOf } from './fingerprint.ts'
import { told } from './told-store.ts'

/** A fact and what stands for it. */
export type PrintedNews = { readonly news: News; readonly print: Buffer }

/** What of the facts was not told before. A fact whose class nothing gave leave for was not looked at. */
export async function untoldOf(
  tx: Tx,
  customer: CustomerId,
  { found, permits }: { readonly found: readonly News[]; readonly permits: readonly Permit<DataClass>[] },
): Promise<readonly PrintedNews[]> {
  const all = found.flatMap((news): readonly PrintedNews[] => {
    const permit = permits.find(({ dataClass }) => dataClass === classOf(news.kind))
    return permit === undefined ? [] : [{ news, print: fingerprintOf(news, permit) }]
  })
  if (all.length === 0) return []
  const prints = all.map(({ print }) => print)
  const before = await told.list(tx, customer, prints)
  return all.filter(({ print }) => !before.some((known) => known.equals(print)))
}
