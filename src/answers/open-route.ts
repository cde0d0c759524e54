import { conversations } from '../channels/index.ts'
import { finishAssertion, sessions } from '../customers/index.ts'
import { fieldsOf, html, isNavigation, readerTime } from '../pages/index.ts'
import type { Html, Reader, Words } from '../pages/index.ts'
import type { FastifyReply } from 'fastify'
import type { Secret } from '../kernel/index.ts'
import { findAnswerLink } from './answer-links-store.ts'
import type { AnswerLinkRow } from './answer-links-store.ts'
import { tokenOf } from './answer-route.ts'
import type { AnswerPagesDeps, AnswerRoute } from './answer-route.ts'
import { wordsIn } from './answer-words.ts'
import { hashToken } from './make-answer-link.ts'
import { openLink } from './open-link.ts'
import type { OpenedAnswer } from './open-answer.ts'
import { answerTitle, showAnswer } from './show/show-answer.ts'
import { showPasskeyRefused, showState } from './show-states.ts'

/**
 * The passkey's answer arrives as a form navigation and the figures leave as a new document without any script. A script
 * that was injected into the locked page therefore never holds them, and cannot fetch or frame this route.
 */
export const openRoute: AnswerRoute = (deps, tools, maps) => async (request, reply) => {
  if (!isNavigation(request)) return tools.showTrouble(request, reply, 'refused')
  const fields = fieldsOf(request.body)
  const response = fields.get('response')
  const link = await findAnswerLink(deps.answer.database, hashToken(tokenOf(request)))
  if (link === undefined) return showState(tools, request, reply, 'answers/link-unknown')
  const assertion = await deps.consent.database.transaction((tx) =>
    finishAssertion(deps, tx, { use: 'redeem', subject: link.id, response }),
  )
  if (!assertion.ok) return showPasskeyRefused(tools, request, reply, assertion.code)
  if (assertion.value.customer !== link.customer) return showState(tools, request, reply, 'answers/wrong-person')
  // Before anything is burnt: an answer must not be lost because the words cannot be read.
  const phrase = await deps.phraseOf?.(link.customer)
  const opened = await openLink(deps, link, fields.get('timeZone'))
  if (!opened.ok) {
    // Whoever asks again from here has just shown the passkey: a short session says so to the next request.
    const { customer } = assertion.value
    const session = await sessions.start(deps, deps.consent.database, { kind: 'sealed', customer })
    sessions.setCookie(reply, 'sealed', session.value)
    return showState(tools, request, reply, { code: opened.code, token: tokenOf(request) })
  }
  const conversation = await conversations.load(deps.answer.database, link.conversation)
  const words = wordsIn(conversation?.language, tools.words(request))
  const reader: Reader = { words, timeZone: readerTime.zone(fields.get('timeZone')) }
  const reportUrl = await offerReport(deps, reply, { link, token: tokenOf(request), opened: opened.value })
  deps.logger.info('answer.opened', { linkId: link.id, count: opened.value.length })
  return tools.show(request, reply, {
    words,
    title: answerTitle(reader, opened.value),
    style: 'answer',
    body: html`${showPhrase(words, phrase)}
    ${showAnswer(reader, opened.value, { maps, channel: conversation?.channel ?? 'messenger', reportUrl })}`,
  })
}

/** Where wrong places are told: only if somebody hears of it, and only from a browser that has just shown the passkey. */
async function offerReport(
  deps: AnswerPagesDeps,
  reply: FastifyReply,
  of: { readonly link: AnswerLinkRow; readonly token: string; readonly opened: readonly OpenedAnswer[] },
): Promise<string | undefined> {
  const showsPlaces = of.opened.some(({ document }) => document.question === 'card_use_places')
  if (deps.reportPlaces === undefined || !showsPlaces) return undefined
  const { customer } = of.link
  const session = await sessions.start(deps, deps.consent.database, { kind: 'sealed', customer })
  sessions.setCookie(reply, 'sealed', session.value)
  return `/a/${encodeURIComponent(of.token)}/places`
}

// The words that the customer chose so as to know our pages; never before the passkey.
function showPhrase(words: Words, phrase: Secret<string> | undefined): Html | undefined {
  if (phrase === undefined) return undefined
  return html`<p class="phrase">
    <span class="muted">${words.say('open.phrase')}</span> <strong>${phrase.reveal()}</strong>
  </p>`
}
