import { byId } from './elements.ts'

/** Where a link stands: its message and its place among the message's links. */
export type LinkPlace = { readonly psid: string; readonly mid: string; readonly link: number }

/** Asks how to open a link: in the person's own browser, or as the messenger's built-in browser would see it. */
export function offerLink(url: string, place: LinkPlace): void {
  const sheet = byId('open-link', HTMLDialogElement)
  const query = new URLSearchParams({ person: place.psid, mid: place.mid, link: String(place.link) })
  byId('open-address', HTMLElement).textContent = url
  const own = byId('open-browser', HTMLAnchorElement)
  const inApp = byId('open-in-app', HTMLAnchorElement)
  own.href = url
  inApp.href = `/in-app?${query.toString()}`
  for (const choice of [own, inApp]) choice.onclick = () => sheet.close()
  sheet.showModal()
}
