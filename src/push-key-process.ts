import { writeFileSync } from 'node:fs'
import { Fault } from './kernel/index.ts'
import { pushKeys } from './push/index.ts'

/** Exit codes of `parley push key`. */
const exitCodes = { done: 0, fileTrouble: 3 } as const

/** `parley push key`: a fresh key in a file of its own, and the public part, which is no secret. Gives the exit code. */
export function makePushKey(of: {
  readonly file: string
  readonly json: boolean
  readonly write: (text: string) => void
}): number {
  const { file, json, write } = of
  const { pem, publicKey } = pushKeys.make()
  try {
    writeFileSync(file, pem.reveal(), { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code !== 'EEXIST' && code !== 'ENOENT' && code !== 'EACCES') {
      throw new Fault('push/key-unusable', { retry: 'never', cause })
    }
    const why = code === 'EEXIST' ? 'is there already, and stays' : 'cannot be written'
    write(json ? `${JSON.stringify({ key: file, error: why })}\n` : `${file} ${why}.\n`)
    return exitCodes.fileTrouble
  }
  const config = { push: { subject: 'mailto:you@bank.example', key: file } }
  write(
    json
      ? `${JSON.stringify({ key: file, publicKey })}\n`
      : `Wrote ${file}. Its public part, which browsers get: ${publicKey}\nFor the gateway’s configuration:\n${JSON.stringify(config, null, 2)}\nKeep the key: browsers that were added under another one are not reached.\n`,
  )
  return exitCodes.done
}
