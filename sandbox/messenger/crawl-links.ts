import { fetchPage } from './fetch-page.ts'
import { findLinks } from './find-links.ts'
import type { ActDeps } from './messenger-deps.ts'
import { readPreview } from './read-preview.ts'
import { showMessage } from './show-thread.ts'
import type { Traffic } from './traffic.ts'

/** Who the messenger's crawler says it is. */
export const CRAWLER_AGENT = 'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)'
/** Links that may wait to be looked at; more are not looked at. */
const QUEUE_MAX = 500
const AT_A_TIME = 4
/** Share of links that get a HEAD first, and share that are fetched a second time. */
const HEAD_RATE = 0.3
const AGAIN_RATE = 0.2

/** Looks at every link of the messages it is given, in the background. */
export type Crawler = { readonly add: (psid: string, mid: string) => void; readonly close: () => Promise<void> }

type Visit = { readonly psid: string; readonly mid: string; readonly url: string; readonly number: number }

/** Starts the preview crawler. It never delays a send, has no cookies, and shows what it found in the chat. */
export function startCrawler(deps: ActDeps & { readonly traffic: Traffic }): Crawler {
  const { store, chance, clock, traffic } = deps
  const stop = new AbortController()
  const queue: Visit[] = []
  const running = new Set<Promise<void>>()
  let number = 0

  function add(psid: string, mid: string): void {
    const shown = store.state.threads.get(psid)?.byMid.get(mid)?.shown
    if (!shown || !store.state.switches.previews) return
    for (const url of findLinks(shown)) {
      number += 1
      if (queue.length < QUEUE_MAX) queue.push({ psid, mid, url, number })
    }
    pump()
  }

  function pump(): void {
    while (running.size < AT_A_TIME && !stop.signal.aborted) {
      const visit = queue.shift()
      if (!visit) return
      const run = crawl(visit).finally(() => {
        running.delete(run)
        pump()
      })
      running.add(run)
    }
  }

  async function crawl({ psid, mid, url, number: n }: Visit): Promise<void> {
    const as = { userAgent: CRAWLER_AGENT, signal: stop.signal }
    if (chance('crawl-head', n) < HEAD_RATE) await fetchPage(url, { ...as, method: 'HEAD' })
    const page = await fetchPage(url, { ...as, method: 'GET' })
    traffic.note({ direction: 'crawl', path: url, body: page.body })
    if (chance('crawl-again', n) < AGAIN_RATE) await fetchPage(url, { ...as, method: 'GET' })
    if (stop.signal.aborted) return
    const thread = store.state.threads.get(psid)
    store.commit({ k: 'preview', at: clock.now(), psid, mid, ...readPreview(url, page) })
    if (thread) showMessage(deps, thread, mid)
  }

  return {
    add,
    close: async () => {
      stop.abort()
      await Promise.all(running)
    },
  }
}
