import { connect } from 'node:net'

/** A connection to Redis: as much of RESP 2 as a benchmark needs. */
export type RedisClient = {
  /** Sends one command; answers come in order. A refusal of Redis rejects. */
  send(...parts: readonly string[]): Promise<unknown>
  close(): void
}

type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (cause: Error) => void }
type Reply = { readonly value: unknown; readonly end: number }

/** Connects over a unix socket. */
export async function connectRedis(path: string): Promise<RedisClient> {
  const socket = connect({ path })
  const waiting: Waiting[] = []
  let rest = Buffer.alloc(0)
  socket.on('data', (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    let at = 0
    for (;;) {
      const reply = read(rest, at)
      if (reply === undefined) break
      at = reply.end
      const first = waiting.shift()
      if (reply.value instanceof Error) first?.reject(reply.value)
      else first?.resolve(reply.value)
    }
    rest = rest.subarray(at)
  })
  socket.on('close', () => {
    for (const { reject } of waiting.splice(0)) reject(new Error('Redis went away'))
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  return {
    send: (...parts) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
        const words = parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`)
        socket.write(`*${parts.length}\r\n${words.join('')}`)
      }),
    close: () => socket.destroy(),
  }
}

/** One reply from `at` on; undefined while it is not whole. */
function read(bytes: Buffer, at: number): Reply | undefined {
  const lineEnd = bytes.indexOf('\r\n', at)
  if (lineEnd < 0) return undefined
  const line = bytes.toString('latin1', at + 1, lineEnd)
  const end = lineEnd + 2
  switch (String.fromCharCode(bytes[at] ?? 0)) {
    case '+':
      return { value: line, end }
    case '-':
      return { value: new Error(line), end }
    case ':':
      return { value: Number(line), end }
    case '$':
      return readBulk(bytes, Number(line), end)
    default:
      return readList(bytes, Number(line), end)
  }
}

function readBulk(bytes: Buffer, length: number, at: number): Reply | undefined {
  if (length < 0) return { value: undefined, end: at }
  if (bytes.length < at + length + 2) return undefined
  return { value: bytes.toString('utf8', at, at + length), end: at + length + 2 }
}

function readList(bytes: Buffer, length: number, at: number): Reply | undefined {
  const values: unknown[] = []
  let end = at
  for (let item = 0; item < length; item += 1) {
    const reply = read(bytes, end)
    if (reply === undefined) return undefined
    values.push(reply.value)
    end = reply.end
  }
  return { value: values, end }
}
