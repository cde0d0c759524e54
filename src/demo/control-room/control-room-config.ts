import { z } from 'zod'

/** Checks what the control room is told: addresses, and where the sandbox bank keeps its people and its secret. */
export const controlRoomConfig = z.object({
  gateway: z.string(),
  messenger: z.string(),
  bank: z.object({ issuer: z.string(), controlFile: z.string(), peopleFile: z.string() }),
})

export type ControlRoomConfig = z.infer<typeof controlRoomConfig>
