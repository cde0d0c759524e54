import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { Fault } from '../kernel/index.ts'
import type { DemoAddresses, DemoConfigs } from './demo-configs.ts'
import { type DemoFolder, type DemoSecrets, writePrivately } from './settings.ts'

const personShape = z.object({ login: z.string(), password: z.string(), name: z.string() })

const demoFileShape = z.object({
  gateway: z.string(),
  messenger: z.object({
    ui: z.string(),
    graphUrl: z.string(),
    webhookUrl: z.string(),
    appSecret: z.string(),
    verifyToken: z.string(),
    pageId: z.string(),
    pageAccessToken: z.string(),
  }),
  bank: z.object({
    issuer: z.string(),
    fdxUrl: z.string(),
    people: z.array(personShape),
    pushSecret: z.string(),
  }),
  staff: z.array(z.object({ login: z.string(), password: z.string(), role: z.string() })),
  databaseUrl: z.string(),
  controlRoom: z.string(),
})

/** `demo.json`: where a running demo's parts are and what opens them. Complete when the final block is printed. */
export type DemoFile = z.infer<typeof demoFileShape>

/** Writes `demo.json` for the owner's eyes only. */
export function writeDemoFile(parts: {
  readonly folder: DemoFolder
  readonly secrets: DemoSecrets
  readonly addresses: DemoAddresses
  readonly configs: DemoConfigs
}): void {
  const { folder, secrets, addresses, configs } = parts
  const { appSecret, verifyToken, pageId, pageAccessToken } = secrets.messenger
  writePrivately(folder.demo, {
    gateway: addresses.gateway,
    messenger: {
      ui: addresses.messengerUi,
      graphUrl: addresses.graphUrl,
      webhookUrl: addresses.webhook,
      appSecret,
      verifyToken,
      pageId,
      pageAccessToken,
    },
    bank: {
      issuer: addresses.bankIssuer,
      fdxUrl: addresses.fdxUrl,
      people: readPeople(folder),
      pushSecret: secrets.pushSecret,
    },
    staff: secrets.staff,
    databaseUrl: configs.inspectorUrl,
    controlRoom: addresses.controlRoom,
  } satisfies DemoFile)
}

/** Reads the `demo.json` of a data folder. Throws `demo/not-running` when there is none that can be read. */
export function readDemoFile(folder: DemoFolder): DemoFile {
  try {
    return demoFileShape.parse(JSON.parse(readFileSync(folder.demo, 'utf8')))
  } catch (cause) {
    throw new Fault('demo/not-running', { retry: 'never', cause })
  }
}

function readPeople(folder: DemoFolder): DemoFile['bank']['people'] {
  const file = join(folder.bank, 'people.json')
  // A bank that somebody else runs has people of its own, whom we do not know.
  if (!existsSync(file)) return []
  return z.array(personShape).parse(JSON.parse(readFileSync(file, 'utf8')))
}
