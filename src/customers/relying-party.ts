/** Whose passkeys these are (WebAuthn's relying party). The keystore has its own copy and checks against that. */
export type RelyingParty = {
  /** A registrable domain or `localhost`; fixed for good, because passkeys are bound to it. */
  readonly id: string
  /** What the browser's passkey dialogue calls us. */
  readonly name: string
  /** Scheme, host and port; the only origin an assertion may come from. */
  readonly origin: string
}
