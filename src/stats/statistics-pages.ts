import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { addPageScope, fieldsOf, html, sendOnward } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { createLastSeen, forStaff, limited, momentOf, ownScopeOf, showStale, staffFrame } from '../staff-pages/index.ts'
import type { StaffCall } from '../staff-pages/index.ts'
import { statsCodes } from './codes.ts'
import { isReleaseId, releaseStore } from './release-store.ts'
import type { Release } from './release-store.ts'
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
    const pages = createLastSeen<StatisticsRead>(deps)
    const single = createLastSeen<Release | undefined>(deps)
    const show = (call: StaffCall, now?: StatisticsShown['now']) => showFront(tools, call, { pages, now })

    scope.get(
      '/statistics',
      limited,
      forStaff(tools, 'see-statistics', (call) => show(call)),
    )

    scope.post(
      '/statistics/ask',
      limited,
      forStaff(tools, 'see-statistics', async (call) => {
        const fields = fieldsOf(call.request.body)
        const question = (fields.get('question') ?? '').slice(0, 40)
        const week = weekShape.safeParse(fields.get('week'))
        if (!week.success) return show(call, { code: 'stats/week-unknown', question, week: '' })
        const asked = await releaseStore.ask(statistics, { session: call.session.hash, question, week: week.data })
        if (!('release' in asked)) return show(call, { code: asked.code, question, week: week.data })
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
        if (id === undefined) return tools.showTrouble(request, reply, 'notFound')
        const seen = await single.see(ownScopeOf(call, id), () => releaseStore.find(statistics, session.hash, id))
        const release = seen.value
        if (release === undefined) return tools.showTrouble(request, reply, 'notFound')
        const words = tools.words(request)
        return tools.show(request, reply, {
          title: words.say(`question.${release.question}`),
          style: ['staff', 'statistics'],
          ...staffFrame(call, 'statistics'),
          body: html`${showStale(deps, call, seen)}
          ${showRelease(words, release, (moment) => momentOf(deps, words, moment))}`,
        })
      }),
    )
  })
}

type StatisticsRead = Pick<StatisticsShown, 'releases' | 'budgets' | 'refused' | 'weeks'>

async function showFront(
  tools: StatisticsTools,
  call: StaffCall,
  {
    pages,
    now,
  }: { readonly pages: ReturnType<typeof createLastSeen<StatisticsRead>>; readonly now: StatisticsShown['now'] },
): Promise<FastifyReply> {
  const { request, reply, session } = call
  const { deps } = tools
  const platform = platformOf(session, request)
  const of = { session: session.hash, platform }
  const seen = await pages.see(ownScopeOf(call, platform), async () => {
    const [releases, budgets, refused, weeks] = await Promise.all([
      releaseStore.list(deps.statistics, of),
      releaseStore.listBudgets(deps.statistics, of),
      releaseStore.listRefused(deps.statistics, of),
      releaseStore.listWeeks(deps.statistics),
    ])
    return { releases, budgets, refused, weeks }
  })
  const words = tools.words(request)
  const mayAsk = session.member.role === 'platform'
  const shown = { platform, mayAsk, ...seen.value, now, stale: showStale(deps, call, seen) }
  return tools.show(request, reply, {
    title: words.say('title', { platform: words.say(`platform.${platform}`) }),
    ...(now === undefined ? {} : { status: statsCodes[now.code].status }),
    style: ['staff', 'statistics'],
    ...staffFrame(call, 'statistics'),
    body: showStatistics(words, shown, (moment) => momentOf(deps, words, moment)),
  })
}
