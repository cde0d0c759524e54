import { join } from 'node:path'
import type { StatisticsConfig } from '../config.ts'
import { Secret } from '../kernel/index.ts'
import { assets } from '../pages/index.ts'
import { createServer, startSweeping, systemClock, systemRandom } from '../platform/index.ts'
import { staffPageLimits } from '../staff-pages/index.ts'
import { addStatisticsPages, releaseCounts, releaseStore } from '../stats/index.ts'
import { openLogin } from './open-logins.ts'
import type { Eyes } from './open-logins.ts'
import { statusByCode } from './status-by-code.ts'

const poolMax = 4

/** Totals alone: pages, JSON and CSV under `/statistics`, and the counting of what was asked for, all under `parley_statistics`. */
export async function openStatistics(config: StatisticsConfig, eyes: Eyes) {
  const { logger, metrics } = eyes
  const database = openLogin(config, eyes, 'parley_statistics', poolMax)
  const server = await createServer(
    { ...eyes, random: systemRandom },
    {
      title: 'Parley statistics',
      version: '1',
      limits: staffPageLimits,
      checks: [{ name: 'database', check: async () => (await database.run('SELECT 1')) === 1 }],
      statusOf: (code) => statusByCode[code],
      ...(config.metricsToken === undefined ? {} : { metricsToken: new Secret(config.metricsToken) }),
    },
  )
  const webAssets = assets.load(join(import.meta.dirname, '..', '..', 'web'))
  assets.add(server, webAssets)
  await addStatisticsPages(server, {
    random: systemRandom,
    clock: systemClock,
    logger,
    metrics,
    assets: webAssets,
    origin: config.publicUrl,
    party: { id: config.relyingParty.id, name: config.relyingParty.name, origin: config.publicUrl },
    timeZone: config.timeZone,
    database,
    statistics: database,
  })
  const start = () =>
    startSweeping({ clock: systemClock, logger }, [
      { name: 'statistics', run: () => releaseCounts({ database, random: systemRandom }) },
      { name: 'statistics-rows', run: () => releaseStore.sweep(database) },
    ])
  return { server, databases: [database], keystores: [], start: () => Promise.resolve(start()) } as const
}
