import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { addPageScope, fieldsOf, sendOnward } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { forStaff, limited, momentOf, staffFrame } from '../staff-pages/index.ts'
import type { StaffCall } from '../staff-pages/index.ts'
import { statsCodes } from './codes.ts'
import { isReleaseId, releaseStore } from './release-store.ts'
import { showRelease } from './show-release.ts'
import { showStatistics } from './show-statistics.ts'
import type { StatisticsShown } from './show-statistics.ts'
import { addStatisticsApi } from './statistics-api.ts'
import { platformOf } from './statistics-route.ts'
import type { StatisticsDeps, StatisticsTools } from './statistics-route.ts'
import { statisticsWords } from './statistics-words.ts'

const idParams = z.object({ id: z.uuid() })
const weekShape = z.iso.date()

/** Totals with noise: `/statistics` for people, `/statistics/api/…` for programs. docs/statistics.md tells all of it. */
export async function addStatisticsPages(server: HttpServer, deps: StatisticsDeps): Promise<void> {
  addStatisticsApi(server, deps)
  await addPageScope(server, deps, statisticsWords, (scope, pageTools) => {
    const tools: StatisticsTools = { ...pageTools, deps }
    const { statistics } = deps

    scope.get(
      '/statistics',
      limited,
      forStaff(tools, 'see-statistics', (call) => show(tools, call)),
    )

    scope.post(
      '/statistics/ask',
      limited,
      forStaff(tools, 'see-statistics', async (call) => {
        const fields = fieldsOf(call.request.body)
        const question = (fields.get('question') ?? '').slice(0, 40)
        const week = weekShape.safeParse(fields.get('week'))
        if (!week.success) return show(tools, call, { code: 'stats/week-unknown', question, week: '' })
        const asked = await releaseStore.ask(statistics, { session: call.session.hash, question, week: week.data })
        if (!('release' in asked)) return show(tools, call, { code: asked.code, question, week: week.data })
        deps.logger.info('statistics.asked', { staffId: call.session.member.id, code: asked.code })
        return sendOnward(call.reply, `/statistics/releases/${asked.release}`)
      }),
    )

    scope.get(
      '/statistics/releases/:id',
      limited,
      forStaff(tools, 'see-statistics', async (call) => {
        const { request, reply, session } = call
        const params = idParams.safeParse(request.params)
        const id = params.success && isReleaseId(params.data.id) ? params.data.id : undefined
        const release = id && (await releaseStore.find(statistics, session.hash, id))
        if (release === undefined) return tools.showTrouble(request, reply, 'notFound')
        const words = tools.words(request)
        return tools.show(request, reply, {
          title: words.say(`question.${release.question}`),
          style: ['staff', 'statistics'],
          ...staffFrame(call, 'statistics'),
          body: showRelease(words, release, (moment) => momentOf(deps, words, moment)),
        })
      }),
    )
  })
}

async function show(tools: StatisticsTools, call: StaffCall, now?: StatisticsShown['now']): Promise<FastifyReply> {
  const { request, reply, session } = call
  const { deps } = tools
  const platform = platformOf(session, request)
  const seen = { session: session.hash, platform }
  const [releases, budgets, refused, weeks] = await Promise.all([
    releaseStore.list(deps.statistics, seen),
    releaseStore.listBudgets(deps.statistics, seen),
    releaseStore.listRefused(deps.statistics, seen),
    releaseStore.listWeeks(deps.statistics),
  ])
  const words = tools.words(request)
  const mayAsk = session.member.role === 'platform'
  return tools.show(request, reply, {
    title: words.say('title', { platform: words.say(`platform.${platform}`) }),
    ...(now === undefined ? {} : { status: statsCodes[now.code].status }),
    style: ['staff', 'statistics'],
    ...staffFrame(call, 'statistics'),
    body: showStatistics(words, { platform, mayAsk, releases, budgets, refused, weeks, now }, (moment) =>
      momentOf(deps, words, moment),
    ),
  })
}
