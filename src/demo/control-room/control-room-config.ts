import { z } from 'zod'

/**
 * Checks what the control room is told: public addresses, the two sandboxes' switches, and where it remembers what was done.
 * Nothing in it opens the gateway, the keystore or the database.
 */
export const controlRoomConfig = z.object({
  gateway: z.string(),
  messenger: z.object({
    ui: z.string(),
    /** Missing where somebody else runs the messenger. */
    controlSecret: z.string().optional(),
  }),
  bank: z.object({ issuer: z.string(), controlFile: z.string(), peopleFile: z.string() }),
  /** The practice push service. */
  pushService: z.string(),
  /** Who works at the bank: what each is called and does. Their one-time codes are in `demo.json` alone. */
  staff: z.array(z.object({ login: z.string(), role: z.string() })),
  demoFile: z.string(),
  memoryFile: z.string(),
})

export type ControlRoomConfig = z.infer<typeof controlRoomConfig>
