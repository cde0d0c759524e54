import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { PermitDeps } from '../consent/index.ts'
import type { RelyingParty } from '../customers/index.ts'
import type { PageScopeDeps, PageTools } from '../pages/index.ts'
import type { ChannelName, CustomerId, Outcome, Secret } from '../kernel/index.ts'
import type { Database } from '../platform/index.ts'
import type { ReportPlaces } from './places-report.ts'
import type { AnswerLinkRow } from './answer-links-store.ts'
import type { OpenedAnswer, OpenRefusal } from './open-answer.ts'
import type { PlaceMaps } from './show/place-maps.ts'

/** What the sealed pages need. `consent` and `answer` are two logins, each with its own way to the keystore. */
export type AnswerPagesDeps = PageScopeDeps & {
  /** Login `parley_consent`: passkeys, challenges, sessions. */
  readonly consent: { readonly database: Database }
  /** Login `parley_answer` and the keystore's client of that caller. */
  readonly answer: Pick<PermitDeps, 'database' | 'keystore' | 'promises'>
  readonly party: RelyingParty
  /** The customer's own words, shown above the figures: what a copied page does not know. */
  readonly phraseOf?: (customer: CustomerId) => Promise<Secret<string> | undefined>
  /** Without it a wrong place is hidden on the page, and nothing is sent. */
  readonly reportPlaces?: ReportPlaces
  /** Looks at the bank for a notice whose link was opened; without it notices' links are over. */
  readonly openNotice?: (link: AnswerLinkRow, reader: NoticeReader) => Promise<Outcome<OpenedAnswer, OpenRefusal>>
  /** Where "Back to Messenger" goes, if there is such a place. */
  readonly returnUrl?: (channel: ChannelName) => string | undefined
}

/** Who opened a notice: their browser's zone (IANA), if it named one that is known. */
export type NoticeReader = { readonly timeZone: string | undefined }

/** What a route of these pages is given. */
export type AnswerRoute = (
  deps: AnswerPagesDeps,
  tools: PageTools,
  maps: PlaceMaps,
) => (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

/** The longest token that is looked at; ours have 43 characters. */
export const answerParams = z.object({ token: z.string().max(64) })

/** The token in the address. */
export function tokenOf(request: FastifyRequest): string {
  return answerParams.parse(request.params).token
}
