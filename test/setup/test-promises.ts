import { generateKeyPairSync } from 'node:crypto'
import { readLogKey } from '../../src/audit/log-key.ts'
import { signPromise } from '../../src/audit/promise.ts'
import type { PermitDeps } from '../../src/consent/index.ts'
import { Secret } from '../../src/kernel/index.ts'

const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()

/** The key that signs the promises of tests whose subject is something else. */
export const testPromiseKey = readLogKey(new Secret(pem), 'log.test/parley/promise')

/** Promises that nobody notes: for looks in tests whose subject is something else. */
export const testPromises: PermitDeps['promises'] = {
  promise: ({ commitment, at }) => signPromise(testPromiseKey, { commitment, at }, 60_000).note,
}
