import { z } from 'zod'
import type { HttpServer } from '../platform/index.ts'
import { isReleaseId, releaseStore } from './release-store.ts'
import { forMachines, platformOf, sendRefusal } from './statistics-route.ts'
import type { StatisticsDeps } from './statistics-route.ts'
import { budgetDocument, catalogueDocument, releaseCsv, releaseDocument } from './write-release.ts'

/** What one person's programs may ask in a minute; shared with the pages. */
const config = { limit: 'staff-page' }
const wish = z.object({ question: z.string().max(40), week: z.iso.date() })
const idParams = z.object({ id: z.uuid() })
const bodyBytesMax = 1024
const tags = ['statistics']

/**
 * Totals for programs: the catalogue, asking, what was released as JSON and CSV, and what is left. Under the session of somebody of the
 * staff, whose cookie no other site can send; a body of JSON is nothing that a form of another origin of this host can send either.
 */
export function addStatisticsApi(server: HttpServer, deps: StatisticsDeps): void {
  const { statistics } = deps

  server.get(
    '/statistics/api/catalogue',
    { schema: { tags, summary: 'The fixed catalogue of questions, their noise and what each costs' }, config },
    forMachines(deps, async ({ reply }) => reply.send(catalogueDocument())),
  )

  server.get(
    '/statistics/api/budget',
    { schema: { tags, summary: 'What is spent and left of each year, as exact fractions of rho' }, config },
    forMachines(deps, async ({ session, request, reply }) => {
      const platform = platformOf(session, request)
      const budgets = await releaseStore.listBudgets(statistics, { session: session.hash, platform })
      return reply.send({ platform, years: budgets.map(budgetDocument) })
    }),
  )

  server.get(
    '/statistics/api/releases',
    { schema: { tags, summary: 'What was asked and released, the newest week first (500 at most)' }, config },
    forMachines(deps, async ({ session, request, reply }) => {
      const platform = platformOf(session, request)
      const releases = await releaseStore.list(statistics, { session: session.hash, platform })
      return reply.send({ platform, releases: releases.map(releaseDocument) })
    }),
  )

  server.post(
    '/statistics/api/releases',
    {
      schema: { tags, summary: 'Asks a question about a week; a repeated one gives the stored release', body: wish },
      bodyLimit: bodyBytesMax,
      config,
    },
    async (request, reply) =>
      await forMachines(deps, async ({ session }) => {
        const { question, week } = wish.parse(request.body)
        const asked = await releaseStore.ask(statistics, { session: session.hash, question, week })
        if (!('release' in asked)) return sendRefusal(reply, asked.code)
        const release = await releaseStore.find(statistics, session.hash, asked.release)
        if (release === undefined) return sendRefusal(reply, 'stats/not-allowed')
        return reply.status(asked.code === 'stats/asked' ? 202 : 200).send(releaseDocument(release))
      })(request, reply),
  )

  for (const kind of ['json', 'csv'] as const) {
    server.get(
      `/statistics/api/releases/:id${kind === 'csv' ? '/csv' : ''}`,
      { schema: { tags, summary: `One release as ${kind.toUpperCase()}`, params: idParams }, config },
      forMachines(deps, async ({ session, request, reply }) => {
        const { id } = idParams.parse(request.params)
        const release = isReleaseId(id) ? await releaseStore.find(statistics, session.hash, id) : undefined
        if (release === undefined) return sendRefusal(reply, 'stats/release-unknown')
        if (kind === 'json') return reply.send(releaseDocument(release))
        return reply
          .header('content-type', 'text/csv; charset=utf-8; header=present')
          .header('content-disposition', `attachment; filename="${release.question}-${release.week}.csv"`)
          .send(releaseCsv(release))
      }),
    )
  }
}
