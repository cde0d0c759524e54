import { lookup as systemLookup } from 'node:dns'
import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { Fault } from '../../kernel/index.ts'

/** Asks a name's addresses. The system's resolver, or a test's. */
export type ResolveAll = (
  hostname: string,
  done: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void

/** The system's resolver. */
export const systemResolve: ResolveAll = (hostname, done) => {
  systemLookup(hostname, { all: true, order: 'verbatim' }, (error, addresses) => done(error, addresses))
}

/**
 * A `lookup` for sockets that answers only with allowed addresses, and with none if a single one is not: an answer that
 * mixes public and private addresses is what a rebinding attack looks like. The socket connects to what was checked
 * here, so nothing can change in between (DNS rebinding; threat row 22).
 */
export function checkedLookup(resolve: ResolveAll, isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, (error, addresses) => {
      const [first] = addresses
      if (error !== null || first === undefined) return done(error ?? noAddress(hostname), [])
      if (!addresses.every(({ address }) => isAllowed(address))) {
        return done(new Fault('banks/egress-forbidden', { retry: 'never' }), [])
      }
      if (options.all === true) return done(null, [...addresses])
      return done(null, first.address, first.family)
    })
  }
}

function noAddress(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`no address for ${hostname}`), { code: 'ENOTFOUND' })
}
