import { createServer } from 'node:net'
import { Fault } from '../kernel/index.ts'

/** How many neighbouring ports a demo takes: gateway, bank, messenger, control room. */
export const demoPortCount = 4
/** Where the search starts when nobody asks for a port. */
export const demoPortDefault = 4100
// How many places are tried before giving up: past that, something else is wrong with the machine.
const placesMax = 50

/** The first base at or after `wanted` whose four ports are all free on loopback. Throws `demo/no-free-ports`. */
export async function findFreePorts(wanted: number): Promise<number> {
  for (let place = 0; place < placesMax; place += 1) {
    const base = wanted + place * 10
    if (base + demoPortCount > 65_535) break
    if (await areFree(base)) return base
  }
  throw new Fault('demo/no-free-ports', { retry: 'never' })
}

/** A port for what nobody types: the one wanted, or else any that the system gives. */
export async function findFreePort(wanted: number): Promise<number> {
  if (await isFree(wanted)) return wanted
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : wanted))
    })
  })
}

async function areFree(base: number): Promise<boolean> {
  const ports = Array.from({ length: demoPortCount }, (_, index) => base + index)
  const free = await Promise.all(ports.map(isFree))
  return free.every(Boolean)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ host: '127.0.0.1', port, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}
