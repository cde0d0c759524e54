import { watchLeaving } from '../shared/watch-leaving.ts'

/** How often a page that tells how far something is looks again, and for how long. */
const everyMs = 2_000
const timesMax = 150

/** While something is under way the page is fetched again by itself; when it is over, it stays as it is. */
export function lookAgain(): void {
  if (document.querySelector('[data-look-again]') === null) return
  const key = `looked:${location.pathname}`
  const times = Number(sessionStorage.getItem(key) ?? '0')
  if (times >= timesMax) return
  const isLeaving = watchLeaving()
  window.setTimeout(() => {
    if (isLeaving()) return
    sessionStorage.setItem(key, String(times + 1))
    location.reload()
  }, everyMs)
}
