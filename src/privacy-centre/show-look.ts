import { html, readerTime } from '../pages/index.ts'
import type { Html, Reader } from '../pages/index.ts'
import { partOf, proofStateOf } from './looks.ts'
import type { OwnLook } from './looks.ts'
import type { OwnEntry } from './own-entries-store.ts'

/** One row of "who looked": which data, why, what of it went where, when, and how sure that is. */
export function showLookRow(reader: Reader, look: OwnLook, bank: string): Html {
  const { opened } = look
  return html`<li class="look">
    <a class="look-link" href="/me/looks/${opened.id}">
      <span class="look-what">${whatOf(reader, opened)} <span class="muted">· ${bank}</span></span>
      <span class="look-when">${readerTime.moment(reader, opened.at)}</span>
      <span class="look-where">${wordsOfDisclosed(reader, look)}</span>
      ${showProof(reader, opened)}
    </a>
  </li>`
}

/** The kind of data, or that the bank was asked to forget. */
export function whatOf({ words }: Reader, entry: OwnEntry): string {
  return entry.event === 'revoking' ? words.say('look.revoking') : words.say(`class.${entry.data_class}`)
}

/** What of a look was told to whom, in a sentence for each place; or that nothing was. */
export function wordsOfDisclosed(reader: Reader, { opened, disclosed }: OwnLook): string {
  const { words } = reader
  if (opened.event === 'revoking') return words.say('look.revokingWhere')
  const went = disclosed.length === 0 ? [words.say('look.nowhere')] : disclosed.map((entry) => whereOf(reader, entry))
  // One entry stands for the hour (docs/warn.md): a look for each card use would bury all others. What was shown had a look of its own.
  const standing = opened.purpose === 'fraud-alerts' && opened.data_class === 'card-events' && disclosed.length === 0
  return [...new Set([...(standing ? [words.say('look.standing')] : []), ...went])].join(' ')
}

const pages = ['sealed-page', 'link-page', 'privacy-centre', 'agent-desk'] as const

/** `Messenger was told nothing.`, `Shown to you in full on a sealed page.` */
export function whereOf({ words }: Reader, entry: OwnEntry): string {
  const { level, place } = entry
  if (level === 'nothing') return words.say('where.nothing')
  const page = pages.find((name) => name === place)
  if (page !== undefined) return words.say(`where.${page}`)
  return words.say(`where.channel.${level ?? 'sealed'}`, { channel: words.say(`channel.${entry.channel}`) })
}

/** Promised, or published and at which place. */
export function showProof({ words }: Reader, entry: OwnEntry): Html {
  const state = proofStateOf(entry)
  const place =
    state === 'published' ? words.say('proof.published', { place: String(entry.leaf) }) : words.say('proof.promised')
  return html`<span class="proof ${state}">${place}</span>`
}

/** Which part of Parley looked, in plain words. */
export function whoOf({ words }: Reader, entry: OwnEntry): string {
  return words.say(`part.${partOf(entry)}`)
}
