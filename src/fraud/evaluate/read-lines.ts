import { spawn } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { UnreadableFile } from './unreadable-file.ts'

/** One line of a file with its number, from 1. */
export type Line = { readonly text: string; readonly number: number }

/** A line beyond this is no line of ours: without a limit a file without line ends would fill the memory. */
const lineCharactersMax = 65_536

/**
 * A file's lines, one after the other, without ever holding the whole: plain, gzip (.gz) or xz (.xz, by the program `xz`, which Node
 * has no part for). The kind is told by the first bytes, not by the name. Throws {@link UnreadableFile}.
 */
export async function* readLines(file: string): AsyncGenerator<Line> {
  const bytes = openBytes(file, await kindOf(file))
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let number = 0
  let rest = ''
  try {
    for await (const part of bytes) {
      const text = rest + decoder.decode(part, { stream: true })
      let from = 0
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
        number += 1
        yield { text: withoutReturn(text.slice(from, end)), number }
        from = end + 1
      }
      rest = text.slice(from)
      if (rest.length > lineCharactersMax) {
        throw new UnreadableFile(
          'fraud/line-too-long',
          { file, line: number + 1 },
          'the line is too long for a payment',
        )
      }
    }
    rest += decoder.decode()
  } catch (thrown) {
    throw asUnreadable(file, number + 1, thrown)
  }
  if (rest !== '') yield { text: withoutReturn(rest), number: number + 1 }
}

type Kind = 'plain' | 'gzip' | 'xz'

async function kindOf(file: string): Promise<Kind> {
  let handle
  try {
    handle = await open(file, 'r')
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(6), 0, 6, 0)
    if (bytesRead === 0) throw new UnreadableFile('fraud/file-empty', { file, line: 0 }, 'the file is empty')
    if (buffer[0] === 0x1f && buffer[1] === 0x8b) return 'gzip'
    return buffer.equals(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])) ? 'xz' : 'plain'
  } catch (thrown) {
    throw asUnreadable(file, 0, thrown)
  } finally {
    await handle?.close()
  }
}

function openBytes(file: string, kind: Kind): AsyncIterable<Buffer> {
  if (kind === 'xz') return unpackXz(file)
  const raw = createReadStream(file)
  return kind === 'plain' ? raw : unpackGzip(raw)
}

async function* unpackGzip(raw: Readable): AsyncGenerator<Buffer> {
  const unpacked = raw.pipe(createGunzip())
  raw.once('error', (error) => unpacked.destroy(error)) // pipe forwards bytes, not failures
  try {
    yield* unpacked
  } finally {
    raw.destroy()
    unpacked.destroy()
  }
}

async function* unpackXz(file: string): AsyncGenerator<Buffer> {
  const child = spawn('xz', ['--decompress', '--stdout', '--', file], { stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  // Awaited below; a failure to start may come while the bytes are still being read.
  const outcome = ended.then(
    (code) => ({ code }),
    (error: unknown) => ({ error }),
  )
  try {
    yield* child.stdout
    const said = await outcome
    if ('error' in said) {
      throw new UnreadableFile(
        'fraud/xz-missing',
        { file, line: 0 },
        'packed with xz, and the program xz is not on this machine: install it (Debian: xz-utils), or unpack the file first',
      )
    }
    if (said.code !== 0)
      throw new UnreadableFile('fraud/file-damaged', { file, line: 0 }, 'xz cannot unpack it to its end')
  } finally {
    child.kill()
  }
}

function withoutReturn(text: string): string {
  return text.endsWith('\r') ? text.slice(0, -1) : text
}

function asUnreadable(file: string, line: number, thrown: unknown): unknown {
  if (thrown instanceof UnreadableFile || !(thrown instanceof Error)) return thrown
  const code = 'code' in thrown ? String(thrown.code) : ''
  if (code === 'ENOENT') return new UnreadableFile('fraud/file-missing', { file, line: 0 }, 'there is no such file')
  if (code === 'EACCES') return new UnreadableFile('fraud/file-missing', { file, line: 0 }, 'the file may not be read')
  if (code === 'EISDIR')
    return new UnreadableFile('fraud/file-missing', { file, line: 0 }, 'this is a folder: name its files')
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return new UnreadableFile('fraud/file-damaged', { file, line }, 'the text is not UTF-8')
  }
  if (code.startsWith('Z_'))
    return new UnreadableFile('fraud/file-damaged', { file, line }, 'gzip cannot unpack it to its end')
  return thrown
}
