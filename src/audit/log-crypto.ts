import type { LogCrypto } from '../kernel/index.ts'
import { verifyEd25519 } from './ed25519.ts'
import { sha256 } from './sha256.ts'

/** What the kernel's verifiers need of this machine: SHA-256, and Ed25519 by the rules of node:crypto. */
export const logCrypto: LogCrypto = { hash: sha256, verify: verifyEd25519 }
