import { writeFileSync } from 'node:fs'
import { auditFault } from './fault.ts'
import { readLogKey } from './log-key.ts'
import { makePem } from './log-keys.ts'

/**
 * Makes a witness' key: the private half into a new file for its owner alone (nothing that exists is replaced), the verifier
 * key as the result. Throws `audit/key-file-exists` when the file is there or cannot be written.
 */
export function makeWitnessKey(file: string, name: string): string {
  const pem = makePem()
  const { verifierKey } = readLogKey(pem, name, 'cosignature')
  try {
    writeFileSync(file, pem.reveal(), { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    throw auditFault('audit/key-file-exists', cause)
  }
  return verifierKey
}
