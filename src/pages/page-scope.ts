import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HttpServer, Logger, Random } from '../platform/index.ts'
import type { WebAssets } from './assets.ts'
import { takeForms } from './form-fields.ts'
import { html } from './html.ts'
import type { Html } from './html.ts'
import { sendPage } from './page.ts'
import type { Page } from './page.ts'
import { handOff } from './passkey-form.ts'
import { isFromOwnPage, isInAppBrowser } from './request-guards.ts'
import type { Words, WordBook } from './words.ts'

export type PageScopeDeps = {
  readonly random: Random
  readonly assets: WebAssets
  readonly logger: Logger
  /** Our own origin, as browsers name it. */
  readonly origin: string
}

/** What a page says; language and skip link are added. `words`: of another language than the one the browser asks for. */
export type PageParts = Omit<Page, 'language' | 'skipLabel'> & { readonly words?: Words }

/** How routes of one folder of pages answer. */
export type PageTools = {
  /** In the language of the conversation that the request is about, once it is known ({@link PageTools.speak}); else in the browser's. */
  words(request: FastifyRequest): Words
  /** From here on this request is answered in its conversation's language. */
  speak(request: FastifyRequest, language: string): void
  show(request: FastifyRequest, reply: FastifyReply, parts: PageParts): FastifyReply
  /** The page for in-app browsers: no form, no token, nothing burnt. */
  showHandOff(request: FastifyRequest, reply: FastifyReply): FastifyReply
  /** What happened, what still holds, what to do, and the reference to quote. */
  showTrouble(request: FastifyRequest, reply: FastifyReply, kind: TroubleKind): FastifyReply
}

/** What kind of trouble a page tells of. */
export type TroubleKind = keyof typeof troubleWords

/**
 * A scope of pages: takes forms, answers faults and refusals with a page instead of a problem document, and refuses every
 * request that changes something unless it comes from a page of our own, opened in a browser that has passkeys.
 */
export async function addPageScope(
  server: HttpServer,
  deps: PageScopeDeps,
  book: WordBook,
  addRoutes: (scope: HttpServer, tools: PageTools) => void,
): Promise<void> {
  const spoken = new WeakMap<FastifyRequest, string>()
  const tools: PageTools = {
    words: (request) => book.in(spoken.get(request), request.headers['accept-language']),
    speak: (request, language) => void spoken.set(request, language),
    show(request, reply, { words = tools.words(request), ...parts }) {
      return sendPage(deps, reply, { ...parts, language: words.language, skipLabel: words.say('page.skip') })
    },
    showHandOff: (request, reply) => showHandOff(tools, request, reply),
    showTrouble: (request, reply, kind) => showTrouble(tools, request, reply, kind),
  }
  await server.register((scope, _options, done) => {
    takeForms(scope)
    scope.addHook('preHandler', (request, reply, next) => {
      if (request.method !== 'POST') return next()
      if (isInAppBrowser(request)) return void showHandOff(tools, request, reply)
      if (!isFromOwnPage(request, deps.origin)) return void showTrouble(tools, request, reply, 'refused')
      return next()
    })
    scope.setErrorHandler((thrown, request, reply) => {
      const status = statusOf(thrown)
      if (status === 429) return showTrouble(tools, request, reply, 'many')
      if (status < 500) return showTrouble(tools, request, reply, 'notFound')
      deps.logger.fault('page.failed', thrown, { requestId: request.id, route: request.routeOptions.url })
      return showTrouble(tools, request, reply, 'broken')
    })
    addRoutes(scope, tools)
    done()
  })
}

function showHandOff(tools: PageTools, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const words = tools.words(request)
  return tools.show(request, reply, { title: words.say('handOff.title'), body: handOff(words, { hidden: false }) })
}

const troubleWords = {
  refused: [403, 'trouble.refusedTitle', 'trouble.refusedBody'],
  many: [429, 'trouble.manyTitle', 'trouble.manyBody'],
  notFound: [404, 'trouble.notFoundTitle', 'trouble.notFoundBody'],
  broken: [500, 'trouble.title', 'trouble.body'],
} as const

function showTrouble(tools: PageTools, request: FastifyRequest, reply: FastifyReply, kind: TroubleKind): FastifyReply {
  const words = tools.words(request)
  const [status, title, body] = troubleWords[kind]
  return tools.show(request, reply, {
    status,
    title: words.say(title),
    body: troubleBody(words, title, body, request.id),
  })
}

function troubleBody(words: Words, title: string, body: string, reference: string): Html {
  return html`<h1>${words.say(title)}</h1>
    <p>${words.say(body)}</p>
    <p class="muted">${words.say('page.reference')}: <span class="reference">${reference}</span></p>`
}

function statusOf(thrown: unknown): number {
  if (typeof thrown !== 'object' || thrown === null || !('statusCode' in thrown)) return 500
  return typeof thrown.statusCode === 'number' && thrown.statusCode >= 400 ? thrown.statusCode : 500
}
