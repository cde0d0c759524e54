/** How long a screen reader needs to notice a new page before it hears of a change in it. */
const settleMs = 150

/** What an act did is on the page already; written once more, it is read out, and the keyboard starts there. */
export function announceDone(): void {
  const note = document.querySelector<HTMLElement>('[data-done]')
  if (note === null) return
  const text = note.textContent ?? ''
  note.focus({ preventScroll: true })
  window.setTimeout(() => {
    note.textContent = text
  }, settleMs)
  // A reload or a shared address says nothing about what was done before.
  const url = new URL(location.href)
  if (!url.searchParams.has('done')) return
  url.searchParams.delete('done')
  history.replaceState(null, '', url)
}
