import { join } from 'node:path'
import { z } from 'zod'
import { assets } from '../../src/pages/index.ts'
import { createLogger, createMetrics, createServer, systemRandom } from '../../src/platform/index.ts'
import { addVerifyPage, verifyPageLimits } from '../../src/verify/index.ts'
import type { VerifyPageDeps } from '../../src/verify/index.ts'
import { buildFolder } from './build-folder.ts'

/** The verify page on a server of its own, with the browser files of the build. */
export type VerifySite = {
  readonly origin: string
  /** Paths that were asked for, in order. */
  readonly asked: readonly string[]
  stop(): Promise<void>
}

/** Starts it on a free port of loopback. */
export async function startVerifySite(verifierKeys: VerifyPageDeps['verifierKeys']): Promise<VerifySite> {
  const logger = createLogger({ role: 'test', level: 'silent' })
  const deps = { logger, metrics: createMetrics({ processMetrics: false }), random: systemRandom }
  const server = await createServer(deps, { title: 'Parley gateway', version: '1', limits: verifyPageLimits })
  const asked: string[] = []
  server.addHook('onRequest', (request, _reply, done) => {
    asked.push(request.url)
    done()
  })
  const webFolder = join(buildFolder(), 'web')
  const webAssets = assets.load(webFolder)
  assets.add(server, webAssets)
  await addVerifyPage(server, { ...deps, assets: webAssets, origin: 'http://localhost', verifierKeys, webFolder })
  await server.listen({ port: 0, host: '127.0.0.1' })
  const { port } = z.object({ port: z.number() }).parse(server.server.address())
  return { origin: `http://localhost:${port}`, asked, stop: () => server.close() }
}
