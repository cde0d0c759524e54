import type { Logger } from './logger.ts'

/** How long an orderly stop may take once something went wrong. */
const stopMs = 5_000

/**
 * Logs what nobody caught, stops in order as far as that works, and ends the process with code 1: it never keeps going
 * (OWASP ASVS 5.0, 16.5.4). Gives back how to take the handlers off again.
 */
export function catchLastResort(logger: Logger, stop: () => Promise<void>): () => void {
  let stopping = false
  const handle = (thrown: unknown): void => {
    logger.fault('process.uncaught', thrown)
    if (stopping) process.exit(1)
    stopping = true
    setTimeout(() => process.exit(1), stopMs).unref()
    void endAfter(logger, stop)
  }
  process.on('uncaughtException', handle)
  process.on('unhandledRejection', handle)
  return () => {
    process.off('uncaughtException', handle)
    process.off('unhandledRejection', handle)
  }
}

async function endAfter(logger: Logger, stop: () => Promise<void>): Promise<void> {
  try {
    await stop()
  } catch (error) {
    logger.fault('process.stop-failed', error)
  }
  process.exit(1)
}
