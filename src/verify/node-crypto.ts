import { logCrypto } from '../audit/index.ts'
import type { LogCrypto, PasskeyCrypto } from '../kernel/index.ts'
import { verifyPasskey } from './verify-passkey.ts'

/** What the kernel's verifiers need of this machine, passkeys' signatures included. */
export const nodeCrypto: LogCrypto & PasskeyCrypto = { ...logCrypto, verifyPasskey }
