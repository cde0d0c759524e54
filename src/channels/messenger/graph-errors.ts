/** An error of the Graph API. Its code and subcode decide; the HTTP status is a hint. */
export type GraphError = { readonly code: number; readonly subcode: number | undefined; readonly status: number }

/**
 * What an error of the Send API means for the message. `hold`: nobody gets messages until somebody acts (a token, a
 * permission, a block), so it waits and an alarm is raised. `elsewhere`: another app of the page has the thread.
 */
export type GraphErrorMeaning =
  | { readonly kind: 'later'; readonly afterMs: number }
  | { readonly kind: 'hold' }
  | { readonly kind: 'window-closed' }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'refused' }

/** After a rate limit (codes 4, 32, 613) we are silent at least this long. */
const rateLimitMs = 5_000

const later: GraphErrorMeaning = { kind: 'later', afterMs: 0 }
const rateLimited: GraphErrorMeaning = { kind: 'later', afterMs: rateLimitMs }
const hold: GraphErrorMeaning = { kind: 'hold' }
const windowClosed: GraphErrorMeaning = { kind: 'window-closed' }
const elsewhere: GraphErrorMeaning = { kind: 'elsewhere' }
const refused: GraphErrorMeaning = { kind: 'refused' }

/**
 * Reads an error of the Send API (Messenger Platform, "Error codes"). 1545041 means "person unavailable" in the error
 * table and "window closed" on the send page, so our own clock of the window decides there.
 */
export function meaningOf(error: GraphError, windowOpen: boolean): GraphErrorMeaning {
  switch (error.code) {
    case 1:
    case 2:
      return later
    case 4:
    case 32:
    case 613:
      return rateLimited
    case 10:
      return permissionError(error.subcode)
    case 190:
    case 368:
      return hold
    case 200:
    case 551:
      if (error.subcode === 1545041) return windowOpen ? refused : windowClosed
      return error.code === 200 ? hold : refused
    default:
      return error.status >= 500 ? later : refused
  }
}

function permissionError(subcode: number | undefined): GraphErrorMeaning {
  switch (subcode) {
    case 2018278:
    case 2534022:
      return windowClosed
    case 2018065:
    case 2018108:
      return refused
    case 2018300:
      return elsewhere
    default:
      // Without a subcode a permission is missing; 1893063 restricts the whole page.
      return hold
  }
}
