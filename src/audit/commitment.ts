import { commitTo } from '../kernel/index.ts'
import { sha256 } from './sha256.ts'

/** The commitment of an entry (see the kernel's `commitTo`): all that will ever be public of it. */
export function commitmentOf(salt: Uint8Array, fields: string): Buffer {
  return Buffer.from(commitTo(sha256, salt, fields))
}
