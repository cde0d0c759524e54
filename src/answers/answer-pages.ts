import { addPageScope } from '../pages/index.ts'
import type { HttpServer, RateLimit } from '../platform/index.ts'
import { answerParams } from './answer-route.ts'
import type { AnswerPagesDeps } from './answer-route.ts'
import { answerWords } from './answer-words.ts'
import { askAgainRoute } from './ask-again-route.ts'
import { challengeRoute } from './challenge-route.ts'
import { openRoute } from './open-route.ts'
import { reportPlacesRoute } from './report-places-route.ts'
import { createPlaceMaps } from './show/place-maps.ts'
import { showLocked } from './show-states.ts'

/** For `createServer({ limits })`: guessing tokens and hammering passkeys, for each address. */
export const answerPageLimits = {
  'answer-page': { max: 120, windowMs: 60_000 },
  'answer-open': { max: 30, windowMs: 60_000 },
} as const satisfies Record<string, RateLimit>

/**
 * Sealed answers: `GET /a/:token` (inert, the same bytes for every token), `POST …/challenge`, `POST …/open`, `POST
 * …/again`, `POST …/places`. docs/pages.md tells the flow.
 */
export async function addAnswerPages(server: HttpServer, deps: AnswerPagesDeps): Promise<void> {
  const maps = createPlaceMaps()
  await addPageScope(server, deps, answerWords, (scope, tools) => {
    const hidden = { params: answerParams, hide: true }
    const page = { schema: hidden, config: { limit: 'answer-page' } }
    const open = { schema: hidden, config: { limit: 'answer-open' } }
    scope.get('/a/:token', page, (request, reply) => showLocked(tools, request, reply))
    scope.post('/a/:token/challenge', open, challengeRoute(deps, tools, maps))
    scope.post('/a/:token/open', open, openRoute(deps, tools, maps))
    scope.post('/a/:token/again', open, askAgainRoute(deps, tools, maps))
    scope.post('/a/:token/places', open, reportPlacesRoute(deps, tools, maps))
  })
}
