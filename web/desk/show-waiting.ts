/** A quick answer does not flicker; a slow one says what is waited for. */
const skeletonAfterMs = 300
const slowAfterMs = 3_000

/** Forms that wait for a bank: one press is enough, something stands where the answer comes, then words. The server gives up, with a reason. */
export function showWaiting(): void {
  const forms = document.querySelectorAll<HTMLFormElement>('form[data-waits]')
  for (const form of forms) {
    form.addEventListener('submit', (event) => {
      if (form.dataset['busy'] === 'yes') return event.preventDefault()
      setBusy(form, true)
      window.setTimeout(() => showSkeleton(form, true), skeletonAfterMs)
      window.setTimeout(() => say(form, true), slowAfterMs)
    })
  }
  // Back to a page that the browser kept: what was waited for there is over.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return
    for (const form of forms) {
      setBusy(form, false)
      showSkeleton(form, false)
      say(form, false)
    }
  })
}

function setBusy(form: HTMLFormElement, isBusy: boolean): void {
  form.dataset['busy'] = isBusy ? 'yes' : 'no'
  for (const button of form.querySelectorAll('button')) button.setAttribute('aria-disabled', isBusy ? 'true' : 'false')
}

function showSkeleton(form: HTMLFormElement, isShown: boolean): void {
  for (const part of form.querySelectorAll<HTMLElement>('[data-skeleton]')) part.hidden = !isShown
}

function say(form: HTMLFormElement, isSlow: boolean): void {
  const status = form.querySelector<HTMLElement>('[role=status]')
  if (status !== null) status.textContent = isSlow ? (status.dataset['slow'] ?? '') : ''
}
