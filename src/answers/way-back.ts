import { conversations } from '../channels/index.ts'
import { html } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import type { ConversationId } from '../kernel/index.ts'
import type { AnswerPagesDeps } from './answer-route.ts'

/** A link to the conversation in its messenger, where we know one. */
export async function wayBack(deps: AnswerPagesDeps, words: Words, id: ConversationId): Promise<Html | undefined> {
  const conversation = await conversations.load(deps.answer.database, id)
  const url = conversation && deps.returnUrl?.(conversation.channel)
  if (conversation === undefined || url === undefined) return undefined
  const channel = words.say(`channel.${conversation.channel}`)
  return html`<p><a class="button" href="${url}" rel="noreferrer">${words.say('back', { channel })}</a></p>`
}
