import { FdxRefusal } from './fdx-error.ts'

/** Elements a page carries unless `limit` asks for fewer. */
const PAGE_SIZE = 100
/** Elements a page carries at most. */
const PAGE_SIZE_MAX = 500

/** One page of a list and the key of the next (FDX `page`). */
export type Page<Item> = {
  readonly items: readonly Item[]
  readonly page: { readonly nextPageKey?: string; readonly totalElements: number }
}

/**
 * Cuts a page by `limit` and `pageKey`. The key names the last element seen, not a position, so entries that arrive between
 * two pages neither repeat nor hide others.
 */
export function cutPage<Item>(
  items: readonly Item[],
  query: URLSearchParams,
  idOf: (item: Item) => string,
): Page<Item> {
  const limit = readLimit(query.get('limit'))
  const start = startOf(items, query.get('pageKey'), idOf)
  const shown = items.slice(start, start + limit)
  const last = shown.at(-1)
  const more = last !== undefined && start + limit < items.length
  return {
    items: shown,
    page: {
      ...(more ? { nextPageKey: Buffer.from(`after:${idOf(last)}`).toString('base64url') } : {}),
      totalElements: items.length,
    },
  }
}

function readLimit(text: string | null): number {
  if (text === null) return PAGE_SIZE
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1)
    throw new FdxRefusal('bad-request', 'limit must be a positive whole number')
  return Math.min(limit, PAGE_SIZE_MAX)
}

function startOf<Item>(items: readonly Item[], pageKey: string | null, idOf: (item: Item) => string): number {
  if (pageKey === null) return 0
  const key = Buffer.from(pageKey, 'base64url').toString('utf8')
  const at = key.startsWith('after:') ? items.findIndex((item) => idOf(item) === key.slice('after:'.length)) : -1
  if (at === -1) throw new FdxRefusal('bad-request', 'pageKey is not one of ours, or its list has changed')
  return at + 1
}
