import { putParts } from './put-parts.ts'

const everyMs = 1_000
const giveUpMs = 8_000

/** The page as it follows the demo. */
export type Room = {
  /** Looks at once, without waiting for the next second. */
  look(): Promise<void>
}

/** Asks once a second how everything is, while the page can be seen; says so when nobody answers. */
export function followLive(): Room {
  let lastAt = new Date()
  let [asked, put] = [0, 0]
  const look = async (): Promise<void> => {
    if (document.hidden) return
    const mine = (asked += 1)
    try {
      const fresh = await fetchDocument('/live')
      // The answer to an earlier question, which a later one has overtaken: it tells of before.
      if (mine < put) return
      put = mine
      putParts(fresh)
      lastAt = new Date()
      sayStale(undefined)
    } catch {
      sayStale(lastAt)
    }
  }
  const again = (): void => {
    window.setTimeout(() => void look().finally(again), everyMs)
  }
  void look().finally(again)
  document.addEventListener('visibilitychange', () => void look())
  return { look }
}

/** A page as a document: parsed by the browser, nothing in it runs. Rejects when it does not come. */
function fetchDocument(url: string): Promise<Document> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('GET', url)
    request.responseType = 'document'
    request.timeout = giveUpMs
    const failed = (): void => reject(new Error(`status ${request.status}`))
    request.addEventListener('load', () => {
      const page = request.responseXML
      if (request.status === 200 && page !== null) resolve(page)
      else failed()
    })
    for (const name of ['error', 'timeout', 'abort']) request.addEventListener(name, failed)
    request.send()
  })
}

function sayStale(since: Date | undefined): void {
  const place = document.querySelector<HTMLElement>('[data-stale]')
  if (place === null) return
  place.hidden = since === undefined
  const words =
    since === undefined
      ? ''
      : `The control room does not answer, so this is how things were at ${since.toLocaleTimeString()}. If you stopped the demo, start it again; this page goes on by itself.`
  if (place.textContent !== words) place.textContent = words
}
