/**
 * Whether this page is being left: a form was sent or a link followed, and the answer is on its way. Going anywhere else would throw that answer
 * away, and what it says with it. Who comes back to a page that the browser kept is not leaving any more.
 */
export function watchLeaving(): () => boolean {
  let isLeaving = false
  // A press is heard here first; the browser begins to leave a moment later.
  window.addEventListener('submit', (event) => {
    const isSent =
      !event.defaultPrevented && event.target instanceof HTMLFormElement && event.target.method !== 'dialog'
    if (isSent) isLeaving = true
  })
  window.addEventListener('beforeunload', () => (isLeaving = true))
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) isLeaving = false
  })
  return () => isLeaving
}
