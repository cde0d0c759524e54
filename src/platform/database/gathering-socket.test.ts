import { once } from 'node:events'
import { type AddressInfo, type Socket, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { GatheringSocket } from './gathering-socket.ts'

/** A socket to a server that keeps what arrives, with what each of the socket's own writes to the system carried. */
async function connected() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = once(server, 'connection')
  const socket = new GatheringSocket()
  const flushed: number[] = []
  const { port } = server.address() as AddressInfo
  socket.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const [peer] = (await accepted) as [Socket]
  const arrived: Buffer[] = []
  peer.on('data', (bytes: Buffer) => arrived.push(bytes))
  const flush = socket._writev?.bind(socket)
  socket._writev = (chunks, done) => {
    flushed.push(chunks.length)
    flush?.(chunks, done)
  }
  const close = async (): Promise<string> => {
    const ended = once(peer, 'end')
    socket.end()
    await ended
    server.close()
    return Buffer.concat(arrived).toString('utf8')
  }
  return { socket, flushed, close }
}

/** As the driver writes a statement: its messages, corked. */
function state(socket: Socket, ...messages: readonly string[]): void {
  socket.cork()
  for (const message of messages) socket.write(message)
  socket.uncork()
}

test('statements of one turn leave in one call, in their order, with what is written bare behind them', async () => {
  const { socket, flushed, close } = await connected()
  for (const statement of ['one;', 'two;', 'three;']) state(socket, statement, 'sync;')
  await new Promise((resolve) => socket.write('COMMIT;', resolve))
  expect(flushed).toEqual([7])
  expect(await close()).toBe('one;sync;two;sync;three;sync;COMMIT;')
})

test('what promises that are ready write comes along; the next turn has a call of its own', async () => {
  const { socket, flushed, close } = await connected()
  state(socket, 'a', 'b')
  await Promise.resolve()
  state(socket, 'c')
  await new Promise((resolve) => setImmediate(resolve))
  state(socket, 'd')
  await new Promise((resolve) => socket.write('e', resolve))
  expect(flushed).toEqual([3, 2])
  expect(await close()).toBe('abcde')
})

test('a socket that ends once its last write has left, as the driver ends it, loses nothing', async () => {
  const { socket, close } = await connected()
  state(socket, 'query;')
  await new Promise((resolve) => socket.write('terminate', resolve))
  expect(await close()).toBe('query;terminate')
})
