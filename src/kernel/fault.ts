/** Whether the same call can succeed later, or never will. */
export type Retry = 'never' | 'later'

/**
 * Something broke: a bug, or a dependency that does not answer. `code` is stable (`'module/what'`), is
 * safe to log and to show, and never carries personal data; the detail stays in `cause`.
 */
export class Fault extends Error {
  readonly code: string
  readonly retry: Retry

  constructor(code: string, options: { readonly retry: Retry; readonly cause?: unknown }) {
    super(code, options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'Fault'
    this.code = code
    this.retry = options.retry
  }
}
