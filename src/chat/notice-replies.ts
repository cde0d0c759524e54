import type { ChatPart } from '../answers/index.ts'
import type { Language, Reply } from '../channels/index.ts'
import type { WordKey } from './word-keys.ts'
import { createWords } from './words.ts'

/** A message with buttons carries 640 characters; the safety sentence is among them. */
const noticeTextMax = 600

/** What a notice may say, as `answers/disclose` decided it, and the page that a passkey opens. */
export type NoticeTold = { readonly parts: readonly ChatPart[]; readonly url: string; readonly settingsUrl: string }

/** Puts a notice into words. Decides nothing about how much is said. */
export type NoticeReplies = (language: Language, told: NoticeTold) => Reply

/**
 * Notices in the words of the chat. A sealed one is the same bytes for everybody and whatever it is about, but for its link; every
 * one has the link, and the way to turn notices off. `timeZone` is IANA.
 */
export function createNoticeReplies(timeZone: string): NoticeReplies {
  const words = createWords(timeZone)
  return (language, { parts, url, settingsUrl }) => {
    const say = (key: WordKey, values = {}): string => words.say(language, key, values)
    const open = parts.flatMap((part) => (part.kind === 'answer' ? [part] : []))
    const safety = say('safety')
    const lines = open.flatMap(({ institutionName, lines: all }) => [
      say('notice.open', { bank: institutionName }),
      ...all.map(({ key, values }) => say(key, values)),
    ])
    // One that is sealed hides the others too: a message is as careful as its most careful part.
    const isSealed = open.length < parts.length || open.length === 0
    return {
      text: isSealed
        ? `${say('notice.sealed')} ${safety}`
        : `${fitting(lines, noticeTextMax - safety.length - 2)}\n\n${safety}`,
      buttons: [
        { kind: 'link', title: say('notice.button'), url },
        { kind: 'link', title: say('notice.settings'), url: settingsUrl },
      ],
      unasked: true,
    }
  }
}

/** As many whole lines as fit; the page has the rest. */
function fitting(lines: readonly string[], lengthMax: number): string {
  return lines.reduce(
    (text, line) => (text.length + line.length + 1 > lengthMax ? text : text === '' ? line : `${text}\n${line}`),
    '',
  )
}
