import { html } from '../../pages/index.ts'
import type { MessageSeen } from './messenger-control.ts'
import type { Outcome } from './outcomes.ts'
import type { RoomDeps } from './room-deps.ts'

type Progress = (words: string) => void

/** Something is written in a conversation, as whoever holds the account. */
export type Saying = {
  readonly psid: string
  readonly text: string
  /** The outcome's first line, once a reply is there. */
  readonly title: string
}

/** A slow bank takes six seconds here; after this the words say that nothing came, and the chat below still shows what comes. */
const replyWithinMs = 12_000
const lookEveryMs = 150

/** Writes in the chat and waits for the first reply; what follows it is shown live. */
export async function sayInChat(deps: RoomDeps, { psid, text, title }: Saying, progress: Progress): Promise<Outcome> {
  const { messenger } = deps
  if (messenger === undefined) return noMessenger
  const before = await messenger.thread(psid)
  if (!(await messenger.say(psid, text))) return notTaken
  progress('Written. Waiting for Parley’s reply')
  const chat = { psid, since: (before.at(-1)?.at ?? 0) + 1 }
  const reply = await firstReply(deps, chat)
  if (reply === undefined) {
    return { tone: 'bad', title: 'No reply yet. If one comes, it appears here.', chat }
  }
  return { tone: 'good', title, chat, ...(isSealed(reply) ? { body: sealedWords } : {}) }
}

/** The same, for somebody who should not be here: what the chat carried is judged as well. */
export async function sayAsThief(deps: RoomDeps, saying: Saying, progress: Progress): Promise<Outcome> {
  const outcome = await sayInChat(deps, saying, progress)
  if (outcome.chat === undefined || outcome.tone === 'bad') return outcome
  const messages = (await deps.messenger?.thread(saying.psid)) ?? []
  const { since } = outcome.chat
  const replies = messages.filter(({ at, from }) => at >= since && from === 'page')
  return { ...outcome, body: html`<p>${figuresIn(replies)}</p>` }
}

/** The thief opens the newest link to an answer, without the passkey. Looking at a locked page uses nothing up. */
export async function openAsThief(deps: RoomDeps, psid: string): Promise<Outcome> {
  const { messenger, config, http } = deps
  if (messenger === undefined) return noMessenger
  const links = (await messenger.thread(psid)).flatMap(({ shown }) => shown.buttons.flatMap(({ url }) => url ?? []))
  const link = links.filter((url) => url.startsWith(`${config.gateway}/a/`)).at(-1)
  if (link === undefined) {
    return { tone: 'bad', title: 'There is no sealed link in this chat yet. Ask for the balance first.' }
  }
  const answer = await http.send({ method: 'GET', url: link })
  const page = answer.body.toString('utf8')
  const heading = /<h1[^>]*>([^<]*)</.exec(page)?.[1]?.trim() ?? 'no heading'
  const holds = /[$€£]\s?\d|\d[.,]\d\d\b/.test(page.replaceAll(/<[^>]*>/g, ' '))
  return {
    tone: holds ? 'bad' : 'good',
    title: `The page says: “${heading}”.`,
    body: html`<p>
      ${holds ? 'It holds figures, which it should not.' : 'There is no figure anywhere in what was sent, not even hidden.'}
      Only the owner’s passkey opens it; with a passkey of the thief’s own it says that the answer belongs to somebody
      else.
    </p>`,
  }
}

function isSealed({ shown }: MessageSeen): boolean {
  return shown.buttons.some(
    ({ url }) => url !== undefined && URL.canParse(url) && new URL(url).pathname.startsWith('/a/'),
  )
}

const sealedWords = html`<p>
  These words are the same whatever the bank answered. What came of it stands on the page behind the link.
</p>`

const noMessenger: Outcome = {
  tone: 'bad',
  title: 'Somebody else runs the messenger of this demo, so nothing can be written there from here.',
}
const notTaken: Outcome = {
  tone: 'bad',
  title: 'The messenger did not take it: this person is gone, or has blocked Parley.',
}

async function firstReply(
  { messenger, clock }: RoomDeps,
  chat: { readonly psid: string; readonly since: number },
): Promise<MessageSeen | undefined> {
  const until = clock.now() + replyWithinMs
  for (;;) {
    const messages = (await messenger?.thread(chat.psid)) ?? []
    const reply = messages.find(({ at, from }) => at >= chat.since && from === 'page')
    if (reply !== undefined || clock.now() > until) return reply
    await clock.sleep(lookEveryMs)
  }
}

function figuresIn(replies: readonly MessageSeen[]): string {
  return replies.some(({ shown }) => /[$€£]\s?\d/.test(shown.text))
    ? 'The chat carried figures: this person chose to show them here, and may seal them again with one sentence.'
    : 'The chat carried no figure.'
}
