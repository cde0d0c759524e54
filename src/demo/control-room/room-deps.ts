import type { Clock, HttpClient, Logger } from '../../platform/index.ts'
import type { WebAssets } from '../../pages/index.ts'
import type { AlteredLog } from './altered-log.ts'
import type { BankControl } from './bank-control.ts'
import type { ControlRoomConfig } from './control-room-config.ts'
import type { Surroundings } from './look-around.ts'
import type { MessengerControl } from './messenger-control.ts'
import type { Outcomes } from './outcomes.ts'
import type { RoomMemory } from './room-memory.ts'
import type { Verdict } from './run-verify.ts'

/** What the control room's pages and acts need. */
export type RoomDeps = {
  readonly config: ControlRoomConfig
  readonly bank: BankControl
  /** Undefined where somebody else runs the messenger. */
  readonly messenger: MessengerControl | undefined
  readonly lookAround: (options?: { readonly anew: boolean }) => Promise<Surroundings>
  /** Speaks to the gateway as anybody may. */
  readonly http: Pick<HttpClient, 'send'>
  readonly alteredLog: AlteredLog
  readonly verify: (url: string, key: string) => Promise<Verdict>
  readonly memory: RoomMemory
  readonly outcomes: Outcomes
  readonly clock: Clock
  readonly logger: Logger
  readonly assets: WebAssets
}
