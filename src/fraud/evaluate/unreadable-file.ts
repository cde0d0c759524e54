/** What can be wrong with a file that somebody brings. */
export type UnreadableCode =
  | 'fraud/file-missing'
  | 'fraud/file-unwritable'
  | 'fraud/file-damaged'
  | 'fraud/file-empty'
  | 'fraud/xz-missing'
  | 'fraud/column-missing'
  | 'fraud/value-wrong'
  | 'fraud/payment-twice'
  | 'fraud/label-unknown'
  | 'fraud/line-too-long'
  | 'fraud/key-unusable'
  | 'fraud/history-exists'
  | 'fraud/history-expired'
  | 'fraud/history-damaged'

/**
 * A file of an operator's that cannot be used: which file, which line (from 1, the header included; 0 for the file as a whole), and what
 * is wrong in plain words. The words name columns and what is expected, never a value: a payment's amount does not end up in a log.
 */
export class UnreadableFile extends Error {
  readonly code: UnreadableCode
  readonly file: string
  readonly line: number

  constructor(
    code: UnreadableCode,
    where: { readonly file: string; readonly line: number },
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`${where.file}${where.line === 0 ? '' : `, line ${where.line}`}: ${problem}`, options)
    this.name = 'UnreadableFile'
    this.code = code
    this.file = where.file
    this.line = where.line
  }
}
