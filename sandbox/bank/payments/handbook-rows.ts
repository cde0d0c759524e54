/** What a world is made of. */
export type WorldSize = {
  readonly seed: string
  readonly customers: number
  readonly terminals: number
  readonly days: number
}

/** Payments as columns, in the order of time; a row's number is its TRANSACTION_ID. */
export type HandbookRows = {
  readonly length: number
  /** Since the start of the first day. */
  readonly seconds: Uint32Array
  readonly customer: Uint32Array
  readonly terminal: Uint32Array
  /** Hundredths of a currency unit. */
  readonly amountMinor: Uint32Array
  /** 0 genuine; 1, 2, 3 the kinds of fraud: the answer key, never a feature. */
  readonly scenario: Uint8Array
}
