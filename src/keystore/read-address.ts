import type { KeystoreAddress } from './ask-keystore.ts'

/** A path is a unix socket; `http://127.0.0.1:4105` is a loopback port, for systems without such sockets. */
export function readKeystoreAddress(text: string): KeystoreAddress {
  return text.startsWith('http://') ? { host: '127.0.0.1', port: Number(new URL(text).port) } : { socketPath: text }
}
