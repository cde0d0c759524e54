/** What the run's one server gives to every test file: plain values, since they cross into worker threads. */
export type TestServer = {
  /** The administrator's URL, in database `postgres`. */
  readonly adminUrl: string
  /** A migrated database that is only ever copied. */
  readonly template: string
  /** What roles are named after: `parley_` unless the server belongs to somebody else. */
  readonly prefix: string
  /** Login (without prefix) to password. */
  readonly passwords: Readonly<Record<string, string>>
}

declare module 'vitest' {
  interface ProvidedContext {
    testServer: TestServer
  }
}

/** Every login that the migrations make. */
export const testLogins = [
  'answer',
  'notify',
  'fraud',
  'service',
  'statistics',
  'channel',
  'consent',
  'keystore',
  'inspector',
  'sequencer',
  'centre',
  'revoker',
  'eraser',
  'console',
  'staff',
] as const

export type TestLogin = (typeof testLogins)[number]
