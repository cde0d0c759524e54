import type { Language } from '../channels/index.ts'
import type { ConversationId, CustomerId, InstitutionId, Instant, Secret } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'

/** Places that a customer says are wrong, as they stood on the page of an answer. */
export type PlacesReport = {
  /** The link of that page. */
  readonly link: string
  readonly customer: CustomerId
  readonly conversation: ConversationId
  readonly language: Language
  /** The bank that named the places. */
  readonly institution: InstitutionId
  readonly places: Secret<readonly string[]>
}

/** Somebody has it. `lookBy`: when somebody should look; undefined where nobody answers for the bank, and no time is promised. */
export type PlacesHeard = { readonly lookBy: Instant | undefined }

/**
 * Seals a report of wrong places and gives what tells it to a person at the bank, in the caller's transaction (login `parley_answer`): the desk,
 * which stands above these pages. Nothing of it enters the chat. The same report is heard once, however often it is told.
 */
export type ReportPlaces = (report: PlacesReport) => Promise<(tx: Tx) => Promise<PlacesHeard>>
