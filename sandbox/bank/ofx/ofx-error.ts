/** Why a statement file was refused. */
export type OfxReason =
  | 'unreadable'
  | 'too-large'
  | 'not-ofx'
  | 'broken-structure'
  | 'sign-on-failed'
  | 'bank-reported-error'
  | 'no-statement'
  | 'missing-account'
  | 'missing-balance'
  | 'bad-amount'
  | 'bad-date'
  | 'bad-currency'

/** What is wrong inside a file, before the file's name is known. */
export class OfxFinding extends Error {
  readonly reason: OfxReason

  constructor(reason: OfxReason, detail: string) {
    super(detail)
    this.reason = reason
  }
}

/** A statement file that cannot become accounts: the message is one line that names the file and the reason. */
export class OfxError extends Error {
  readonly reason: OfxReason

  constructor(file: string, { reason, message }: OfxFinding) {
    super(`${file}: ${reason}: ${message}`)
    this.reason = reason
  }
}
