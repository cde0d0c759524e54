import type { Surroundings } from './look-around.ts'
import type { RoomDeps } from './room-deps.ts'
import type { TourStep } from './room-memory.ts'

/** What one showing of the page is made of. */
export type RoomView = { readonly deps: RoomDeps; readonly seen: Surroundings; readonly done: readonly TourStep[] }
