/**
 * The opening of one entry of the log, as its customer holds it: the entry's canonical fields byte for byte, the salt (32
 * bytes, base64), and the proof that the commitment stands in the log (c2sp.org/tlog-proof).
 */
export type LookReceipt = {
  readonly v: 1
  readonly fields: string
  readonly salt: string
  /** Null while the entry waits for the next beat; then `promise` is there. */
  readonly proof: string | null
  /** The log's signed promise for the entry (a note under the key `<origin>/promise`). */
  readonly promise?: string
}

/** Terms as their customer signed them, with all that is needed to check the signature. Bytes are base64url. */
export type SignedGrant = {
  /** The canonical terms, byte for byte. */
  readonly document: string
  readonly credentialId: string
  /** The passkey's public key as COSE (RFC 9052). */
  readonly publicKey: string
  readonly authenticatorData: string
  readonly clientData: string
  readonly signature: string
  readonly rpId: string
  readonly origins: readonly string[]
  /** What became of it: `live`, `ended` or another word of the gateway's. Nothing signs it. */
  readonly state: string
}

/** One line of what is kept about the customer: where, what in words, how many, and until when (null: while linked). */
export type StoredItem = {
  readonly table: string
  readonly what: string
  readonly count: number
  readonly until: string | null
}

/** Everything a customer takes along: all looks with their openings, all grants, all receipts, and what is stored. */
export type ExportBundle = {
  readonly parley: 'export'
  readonly v: 1
  /** The log's origin: the name of its key. */
  readonly origin: string
  /** Verifier keys (`name+id+base64`), named `<origin>`, `<origin>/promise`, `<origin>/receipt`. */
  readonly keys: { readonly log: string; readonly promise: string; readonly receipt: string }
  /** The customer's id. */
  readonly customer: string
  /** `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly exportedAt: string
  readonly entries: readonly LookReceipt[]
  readonly grants: readonly SignedGrant[]
  /** Signed notes: see receipt.ts. */
  readonly receipts: readonly string[]
  readonly stored: readonly StoredItem[]
}
