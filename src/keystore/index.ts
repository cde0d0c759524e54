export { keystoreCodes } from './codes.ts'
export type { KeystoreCode } from './codes.ts'
export type {
  EnrolRefusal,
  Enrolment,
  Destroyed,
  DyingKey,
  Erasure,
  HeldPlain,
  KeystoreClient,
  PasskeyRemoval,
  PinnedPasskey,
  ReleasedKeys,
} from './keystore-client.ts'
export { connectKeystore } from './connect-keystore.ts'
export type { KeystoreAddress, KeystoreClientDeps, KeystoreClientOptions } from './connect-keystore.ts'
export { eraseChallenge, newPasskeyChallenge, removalChallenge } from './approval-challenges.ts'
export { recoveryWaitMsMin, startKeystore } from './start-keystore.ts'
export type { Keystore, KeystoreDeps, KeystoreOptions } from './start-keystore.ts'
export type { ConfiguredCaller as Caller } from './callers.ts'
export { readKeystoreAddress } from './read-address.ts'
export { keystoreTools } from './keystore-tools.ts'
