import { Fault } from '../../kernel/index.ts'
import type { PlatformCode } from '../codes.ts'
import { platformFault } from '../fault.ts'
import { sqlState } from './sql-state.ts'

/** Turns what the driver threw into a fault and counts it. */
export type Blame = (thrown: unknown) => Fault

/** What the driver threw, as a fault: by its SQLSTATE, or, where the server said nothing, as an absent server. */
export function faultOf(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown
  const state = sqlState(thrown)
  if (state !== undefined) return platformFault(codeOfState(state), thrown)
  return platformFault('platform/database-unavailable', thrown)
}

/** By SQLSTATE and its class (PostgreSQL's appendix A). */
function codeOfState(state: string): PlatformCode {
  if (state === '40001' || state === '40P01') return 'platform/database-conflict'
  if (state === '57014' || state === '55P03' || state === '25P03' || state === '25P04')
    return 'platform/database-timeout'
  if (state.startsWith('08') || state.startsWith('57P') || state === '25006') return 'platform/database-unavailable'
  if (state.startsWith('28')) return 'platform/login-refused'
  if (state.startsWith('53')) return 'platform/database-busy'
  // A value that does not fit its type never will; a missing right or column may be a migration still under way.
  return state.startsWith('22') ? 'platform/query-refused' : 'platform/query-failed'
}
