import { isWebUrl } from './check-buttons.ts'

const REDIRECTS_MAX = 3
/** What a crawler reads of a page; titles stand at the top. */
export const PAGE_MAX_BYTES = 256 * 1024
const TIMEOUT_MS = 5_000

/** How to fetch: the agent tells the site who asks. */
export type FetchAs = { readonly method: 'GET' | 'HEAD'; readonly userAgent: string; readonly signal?: AbortSignal }

/** What came. `status` 0: nothing answered in time, or it led somewhere that is not the web; `trouble` says which. */
export type FetchedPage = {
  readonly url: string
  readonly status: number
  readonly type: string
  readonly body: string
  readonly trouble: string
}

/** Fetches a page without cookies, follows up to three redirects, and reads up to 256 KB. Never rejects. */
export async function fetchPage(url: string, as: FetchAs): Promise<FetchedPage> {
  const signal = as.signal
    ? AbortSignal.any([as.signal, AbortSignal.timeout(TIMEOUT_MS)])
    : AbortSignal.timeout(TIMEOUT_MS)
  try {
    return await follow(url, as, signal)
  } catch (error) {
    return nothing(url, error instanceof Error ? error.name : 'no answer')
  }
}

async function follow(start: string, as: FetchAs, signal: AbortSignal): Promise<FetchedPage> {
  let url = start
  for (let hop = 0; hop <= REDIRECTS_MAX; hop += 1) {
    const response = await fetch(url, {
      method: as.method,
      redirect: 'manual',
      signal,
      headers: { 'user-agent': as.userAgent, accept: 'text/html,*/*', 'accept-language': 'en' },
    })
    const location = response.headers.get('location')
    if (response.status < 300 || response.status > 399 || location === null) return read(url, response)
    await response.body?.cancel()
    if (!URL.canParse(location, url)) return nothing(url, 'broken redirect')
    url = new URL(location, url).href
    if (!isWebUrl(url)) return nothing(url, 'redirect out of the web')
  }
  return nothing(url, 'too many redirects')
}

async function read(url: string, response: Response): Promise<FetchedPage> {
  const chunks: Uint8Array[] = []
  let size = 0
  if (response.body) {
    for await (const chunk of response.body) {
      const bytes: unknown = chunk
      if (!(bytes instanceof Uint8Array)) continue
      chunks.push(bytes)
      size += bytes.length
      if (size >= PAGE_MAX_BYTES) break
    }
  }
  const body = Buffer.concat(chunks).subarray(0, PAGE_MAX_BYTES).toString('utf8')
  return { url, status: response.status, type: response.headers.get('content-type') ?? '', body, trouble: '' }
}

function nothing(url: string, trouble: string): FetchedPage {
  return { url, status: 0, type: '', body: '', trouble }
}
