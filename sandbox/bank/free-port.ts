import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below the ports that systems give to outgoing connections and to whoever asks for any (32768 on Linux, 49152 elsewhere), so that none of those takes it first. */
const ports = { first: 20_000, end: 32_000 } as const
const triesMax = 50

/** A port that is free at this moment, for a server whose address must be known before it listens. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (let attempt = 0; attempt < triesMax; attempt += 1) {
    const port = randomInt(ports.first, ports.end)
    if (await isFree(host, port)) return port
  }
  throw new Error(`none of ${triesMax} ports between ${ports.first} and ${ports.end} is free on ${host}`)
}

function isFree(host: string, port: number): Promise<boolean> {
  const probe = createServer()
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false))
    probe.listen(port, host, () => probe.close(() => resolve(true)))
  })
}
