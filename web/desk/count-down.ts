/** From so many milliseconds left on, it is said aloud, once. */
const soonMs = 120_000

/** How long the conversation is still one's own, second by second, by the server's clock. */
export function countDown(): void {
  const form = document.querySelector<HTMLElement>('[data-lease]')
  const left = form?.querySelector<HTMLElement>('[data-left]')
  const soon = form?.querySelector<HTMLElement>('[data-soon]')
  if (form === null || left === null || left === undefined) return
  const ahead = Date.now() - Number(document.querySelector<HTMLElement>('[data-desk]')?.dataset['now'] ?? Date.now())
  const tick = (): void => {
    const ms = Math.max(0, Number(form.dataset['lease']) - (Date.now() - ahead))
    const seconds = Math.ceil(ms / 1_000)
    left.textContent = ` (${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')})`
    const isSoon = ms < soonMs
    if (soon !== null && soon !== undefined && soon.hidden === isSoon) {
      soon.hidden = !isSoon
      soon.textContent = isSoon ? (soon.dataset['words'] ?? '') : ''
    }
  }
  tick()
  window.setInterval(tick, 1_000)
}
