import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AssertionRefusal } from '../customers/index.ts'
import { handOff, html, isInAppBrowser, passkeyForm } from '../pages/index.ts'
import type { Html, PageTools, Words } from '../pages/index.ts'
import { unreachable } from '../kernel/index.ts'
import { answersCodes } from './codes.ts'
import type { AnswersCode } from './codes.ts'

/**
 * The locked page. It looks nothing up: live, used and invented tokens get the same bytes (but for the nonce), so neither
 * a crawler nor a guesser learns anything, and nothing is burnt by looking.
 */
export function showLocked(tools: PageTools, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (isInAppBrowser(request)) return tools.showHandOff(request, reply)
  const words = tools.words(request)
  return tools.show(request, reply, {
    title: words.say('locked.title'),
    script: 'answer',
    body: html`<h1>${words.say('locked.title')}</h1>
      <p>${words.say('locked.body')}</p>
      ${passkeyForm(words, { kind: 'get', button: words.say('locked.button') })}
      <div class="skeleton" data-skeleton hidden></div>
      ${handOff(words, { hidden: true })}
      <p class="note">${words.say('locked.fact')}</p>
      <p class="muted">${words.say('locked.inside')}</p>`,
  })
}

/** Why there are no figures, and what to do now. With the token, a used or expired link offers to ask again. */
export function showState(
  tools: PageTools,
  request: FastifyRequest,
  reply: FastifyReply,
  refused: AnswersCode | { readonly code: AnswersCode; readonly token: string },
): FastifyReply {
  const { code, token } = typeof refused === 'string' ? { code: refused, token: undefined } : refused
  const words = tools.words(request)
  const state = stateOf(code)
  const again =
    token === undefined || (state !== 'used' && state !== 'expired') ? undefined : askAgainForm(words, token)
  return tools.show(request, reply, {
    status: answersCodes[code].status,
    title: words.say(`${state}.title`),
    body: html`<h1>${words.say(`${state}.title`)}</h1>
      <p>${words.say(`${state}.body`)}</p>
      ${again}`,
  })
}

function stateOf(code: AnswersCode): 'gone' | 'used' | 'expired' | 'noticeOver' | 'wrong' | 'stopped' {
  switch (code) {
    case 'answers/link-unknown':
      return 'gone'
    case 'answers/link-used':
      return 'used'
    case 'answers/link-expired':
      return 'expired'
    case 'answers/notice-over':
      return 'noticeOver'
    case 'answers/wrong-person':
      return 'wrong'
    case 'answers/stopped':
      return 'stopped'
    default:
      return unreachable(code)
  }
}

function askAgainForm(words: Words, token: string): Html {
  return html`<form method="post" action="/a/${encodeURIComponent(token)}/again">
      <button type="submit">${words.say('again.button')}</button>
    </form>
    <p class="muted">${words.say('again.fact')}</p>`
}

const passkeyWords: { readonly [Code in AssertionRefusal]: string } = {
  'customers/challenge-spent': 'passkey.challengeSpent',
  'customers/passkey-unknown': 'passkey.unknown',
  'customers/passkey-waiting': 'passkey.waiting',
  'customers/assertion-invalid': 'passkey.invalid',
}

/** The passkey did not do; the link is as good as before. */
export function showPasskeyRefused(
  tools: PageTools,
  request: FastifyRequest,
  reply: FastifyReply,
  code: AssertionRefusal,
): FastifyReply {
  const words = tools.words(request)
  const page = request.url.replace(/\/open(\?.*)?$/, '')
  return tools.show(request, reply, {
    status: 403,
    title: words.say('passkey.title'),
    body: html`<h1>${words.say('passkey.title')}</h1>
      <p>${words.say(passkeyWords[code])}</p>
      <p><a class="button" href="${page}">${words.say('passkey.tryAgain')}</a></p>`,
  })
}
