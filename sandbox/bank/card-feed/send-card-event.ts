import { z } from 'zod'
import { signNotice } from '../notifications/sign-notice.ts'

/** An answer is a few words; what is longer is none. */
const ANSWER_CHARACTERS_MAX = 16_384
/** These mean "not now"; everything else from 400 to 499 will be the same tomorrow. */
const TRY_AGAIN = [408, 425, 429]

const answerShape = z.object({ verdict: z.enum(['approve', 'decline', 'observe']) })

/** Who decides with the bank: where events go, and what they are signed with. */
export type CardFeedTarget = { readonly url: string; readonly secret: string }

/** What came back: a verdict; a no to the event itself, for good; or nothing that could be used. */
export type SendResult =
  | { readonly is: 'answered'; readonly verdict: 'approve' | 'decline' | 'observe' }
  | { readonly is: 'refused' }
  | { readonly is: 'silent' }

/** Sends one event, signed (Standard Webhooks). All attempts of an event carry one id; redirects are not followed. */
export async function sendCardEvent(
  target: CardFeedTarget,
  event: { readonly id: string; readonly body: string; readonly atMs: number },
  limits: { readonly deadlineMs: number; readonly stopped: AbortSignal },
): Promise<SendResult> {
  try {
    const response = await fetch(target.url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json', ...signNotice(target.secret, event) },
      body: event.body,
      signal: AbortSignal.any([limits.stopped, AbortSignal.timeout(limits.deadlineMs)]),
    })
    const text = await response.text()
    if (response.ok) return readAnswer(text)
    const { status } = response
    console.error('a card event was answered with', status)
    return { is: status >= 400 && status < 500 && !TRY_AGAIN.includes(status) ? 'refused' : 'silent' }
  } catch (error) {
    console.error('a card event was not answered', error instanceof Error ? error.message : error)
    return { is: 'silent' }
  }
}

function readAnswer(text: string): SendResult {
  try {
    const read = text.length > ANSWER_CHARACTERS_MAX ? undefined : answerShape.safeParse(JSON.parse(text)).data
    return read === undefined ? { is: 'silent' } : { is: 'answered', verdict: read.verdict }
  } catch (error) {
    if (error instanceof SyntaxError) return { is: 'silent' }
    throw error
  }
}
