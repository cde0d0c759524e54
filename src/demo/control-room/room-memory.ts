import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

/** The six steps for newcomers, in order. */
export const tourSteps = ['link', 'ask', 'looks', 'steal', 'tamper', 'stop'] as const
export type TourStep = (typeof tourSteps)[number]

/** What a person did here that nobody else can tell: kept with the time, in ms since 1970. */
const shape = z.object({
  v: z.literal(1),
  /** Steps that were seen done once; they stay done. */
  done: z.array(z.enum(tourSteps)),
  /** The tour counts what happened after this. */
  since: z.number(),
  /** The way to who looked was taken from here. */
  lookedAt: z.number().optional(),
  /** A changed log was found out here. */
  foundAt: z.number().optional(),
  login: z.string().optional(),
  psid: z.string().optional(),
})

/** What the control room remembers over reloads and restarts. */
export type Memories = z.infer<typeof shape>

/** Reads and changes it. */
export type RoomMemory = {
  get(): Memories
  /** Changes some of it, whole or not at all. */
  keep(change: Partial<Memories>): void
}

/** Opens the file; one that cannot be read is begun anew, as nothing in it is worth a fault. */
export function openRoomMemory(file: string, startedAt: number): RoomMemory {
  let memories: Memories = read(file) ?? { v: 1, done: [], since: startedAt }
  return {
    get: () => memories,
    keep(change) {
      memories = { ...memories, ...change }
      writeFileSync(`${file}.new`, JSON.stringify(memories), { mode: 0o600 })
      renameSync(`${file}.new`, file)
    },
  }
}

function read(file: string): Memories | undefined {
  if (!existsSync(file)) return undefined
  try {
    return shape.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data
  } catch {
    return undefined // cut short by a crash: the tour begins again
  }
}
