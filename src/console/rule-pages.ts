import { z } from 'zod'
import { ruleFiles, ruleLanguage } from '../fraud/index.ts'
import { isUuid } from '../kernel/index.ts'
import type { RuleChangeId, RuleSignatureId } from '../kernel/index.ts'
import { fieldsOf, sendOnward } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { sqlState } from '../platform/index.ts'
import {
  decidingRules,
  keyDigestOf,
  ruleChanges,
  ruleEntries,
  ruleReasonLengths,
  ruleVersions,
} from '../rule-book/index.ts'
import type { RuleChange } from '../rule-book/index.ts'
import { listOwnBanks, staffActs, staffEvents } from '../staff/index.ts'
import { createLastSeen, forStaff, limited, ownScopeOf, showStale, type StaffCall } from '../staff-pages/index.ts'
import type { ConsoleTools } from './console-route.ts'
import { showConsole } from './show-console.ts'
import { showRefused } from './show-refused.ts'
import { showRules } from './show-rules.ts'
import type { RuleNews, RulesShown } from './show-rules.ts'

const idParams = z.object({ id: z.uuid() })
const bankQuery = z.object({
  bank: z.string().max(63).optional(),
  done: z.enum(['signed', 'changed', 'saved', 'noted', 'shadow']).optional(),
})
const listWish = z.object({
  purpose: z.enum(['allow', 'block', 'review']),
  list: z.enum(['cards', 'merchants', 'countries']),
  key: z.string().trim().min(1).max(64),
  days: z.coerce.number().int().min(1).max(365),
})
const dayMs = 86_400_000
/** More than these nobody reads at a cursor. */
const suggestionsMax = 30

/** A bank's rules: versions, what they came to, and the steps from a draft to what decides; each live change is signed (act-pages). */
export function addRulePages(scope: HttpServer, tools: ConsoleTools): void {
  const { deps } = tools
  const lastSeen = createLastSeen<RulesRead>(deps)
  const show = (call: StaffCall, news: RuleNews) => showPage(tools, call, { lastSeen, news })

  scope.get(
    '/console/rules',
    limited,
    forStaff(tools, 'see-rules', (call) => show(call, { done: bankQuery.safeParse(call.request.query).data?.done })),
  )

  scope.post(
    '/console/rules',
    limited,
    forStaff(tools, 'change-rules', async (call) => {
      const { bank, fields, member } = await wishOf(tools, call)
      if (bank === undefined) return refuse(tools, call)
      const file = fields.get('file') ?? ''
      const read = ruleLanguage.readFile(file.replaceAll('\r\n', '\n'))
      if (!read.ok) return await show(call, { file, problems: read.problems })
      const note = (fields.get('note') ?? '').trim().slice(0, ruleReasonLengths.max)
      const id = deps.random.uuid()
      const { hash: session } = call.session
      const wanted = { id, institution: bank, draft: read.draft, note, member, session }
      const version = await ruleVersions.save(deps.database, wanted)
      return version === undefined ? refuse(tools, call, 'rules/faster') : onward(call, bank, 'saved')
    }),
  )

  // What may stand at the cursor: for the editor's script, which works without it too.
  scope.post(
    '/console/rules/complete',
    limited,
    forStaff(tools, 'change-rules', ({ request, reply }) => {
      const fields = fieldsOf(request.body)
      const at = Number(fields.get('at') ?? 0)
      const { from, to, suggestions } = ruleLanguage.completeFile(fields.get('file') ?? '', at)
      return reply
        .header('cache-control', 'no-store')
        .send({ from, to, suggestions: suggestions.slice(0, suggestionsMax) })
    }),
  )

  scope.post(
    '/console/rules/:id/backtest',
    limited,
    forStaff(tools, 'change-rules', async (call) => {
      const { version, fields, member } = await versionOf(tools, call)
      if (version === undefined) return refuse(tools, call)
      const found = ruleFiles.readBacktest(fields.get('report') ?? '')
      const sentences = (rules: readonly { id: string; sentence: string }[]): string =>
        rules
          .map(({ id, sentence }) => `${id}: ${sentence}`)
          .toSorted()
          .join('\n')
      // A report of other sentences is a report of something else.
      const isOfIt = found !== undefined && sentences(found.candidate.rules) === sentences(version.set.rules)
      if (!isOfIt) return refuse(tools, call, 'rules/other-report')
      await ruleVersions.noteBacktest(deps.database, { id: deps.random.uuid(), version, found, member })
      return onward(call, version.institution, 'noted')
    }),
  )

  scope.post(
    '/console/rules/:id/shadow',
    limited,
    forStaff(tools, 'change-rules', async (call) => {
      const { version, member } = await versionOf(tools, call)
      if (version === undefined) return refuse(tools, call)
      const begin = version.state !== 'shadow'
      const step = await ruleVersions.shadow(deps.database, { version: version.id, begin, member })
      return step === 'begun' || step === 'ended'
        ? onward(call, version.institution, 'shadow')
        : refuse(tools, call, 'rules/obstacle')
    }),
  )

  for (const kind of ['promote', 'roll-back'] as const) {
    scope.post(
      `/console/rules/:id/${kind}`,
      limited,
      forStaff(tools, 'change-rules', async (call) => {
        const { version, fields } = await versionOf(tools, call)
        if (version === undefined) return refuse(tools, call)
        const { institution, id: set, digest } = version
        return await askAndSign(tools, call, { kind, institution, reason: reasonOf(fields), set, digest })
      }),
    )
  }

  scope.post(
    '/console/rules/entries',
    limited,
    forStaff(tools, 'change-rules', async (call) => {
      const { bank, fields } = await wishOf(tools, call)
      const wish = listWish.safeParse(Object.fromEntries(fields))
      if (bank === undefined || !wish.success) return refuse(tools, call)
      const { purpose, list, key, days } = wish.data
      const salt = deps.random.bytes(16)
      const until = new Date(deps.clock.now() + days * dayMs).toISOString()
      const named = { entry: deps.random.uuid(), purpose, list, keyDigest: keyDigestOf(list, key, salt), until }
      return await askAndSign(
        tools,
        call,
        { kind: 'list-add', institution: bank, reason: reasonOf(fields), ...named },
        { key, salt },
      )
    }),
  )

  scope.post(
    '/console/rules/entries/:id/end',
    limited,
    forStaff(tools, 'change-rules', async (call) => {
      const { bank, fields } = await wishOf(tools, call)
      const { id } = idParams.parse(call.request.params)
      const entry =
        bank && (await ruleEntries.list(deps.database, call.session.hash, bank)).find((each) => each.id === id)
      if (bank === undefined || entry === undefined) return refuse(tools, call)
      const { purpose, list } = entry
      return await askAndSign(tools, call, {
        kind: 'list-end',
        institution: bank,
        reason: reasonOf(fields),
        entry: id,
        purpose,
        list,
      })
    }),
  )

  scope.post(
    '/console/rules/changes/:id/sign',
    limited,
    forStaff(tools, 'change-rules', async (call) => {
      const id = changeId(idParams.parse(call.request.params).id)
      const asked = await ruleChanges.find(deps.database, call.session.hash, id)
      if (asked === undefined || asked.doneAt !== undefined) return refuse(tools, call, 'consent/over')
      return await sign(tools, call, asked)
    }),
  )
}

type RulesRead = Omit<RulesShown, 'member' | 'news' | 'stale'>

async function showPage(
  tools: ConsoleTools,
  call: StaffCall,
  { lastSeen, news }: { readonly lastSeen: ReturnType<typeof createLastSeen<RulesRead>>; readonly news: RuleNews },
) {
  const { request, session } = call
  const words = tools.words(request)
  const wanted = bankQuery.safeParse(request.query).data?.bank ?? fieldsOf(request.body).get('bank') ?? ''
  const seen = await lastSeen.see(ownScopeOf(call, wanted), () => readRules(tools, call, wanted))
  const stale = showStale(tools.deps, call, seen)
  return showConsole(tools, call, {
    place: 'rules',
    title: words.say('rules.title'),
    ...(news.problems === undefined ? {} : { status: 422 }),
    script: 'console',
    body: showRules({ words, deps: tools.deps }, { ...seen.value, member: session.member, news, stale }),
  })
}

async function readRules({ deps: { database } }: ConsoleTools, call: StaffCall, wanted: string): Promise<RulesRead> {
  const { hash } = call.session
  const banks = await listOwnBanks(database, hash, 'see-rules')
  const bank = banks.find(({ id }) => id === wanted) ?? banks[0]
  const versions = bank === undefined ? [] : await ruleVersions.list(database, hash, bank.id)
  const [changes, entries, people, tested] = await Promise.all([
    bank === undefined ? [] : ruleChanges.list(database, hash, bank.id),
    bank === undefined ? [] : ruleEntries.list(database, hash, bank.id),
    staffEvents.names(database, hash),
    Promise.all(
      versions.slice(0, 10).map(async ({ id }) => [id, await ruleVersions.latestBacktest(database, hash, id)] as const),
    ),
  ])
  const counted = await Promise.all(
    versions
      .filter(({ state }) => state === 'live' || state === 'shadow')
      .map(async ({ id }) => [id, await decidingRules.counts(database, hash, id)] as const),
  )
  return { banks, bank, versions, changes, entries, people, tests: new Map(tested), counts: new Map(counted) }
}

/** The bank a form is about, if it is this person's, and its fields. */
async function wishOf({ deps }: ConsoleTools, { request, session }: StaffCall) {
  const fields = fieldsOf(request.body)
  const banks = await listOwnBanks(deps.database, session.hash, 'change-rules')
  const bank = banks.find(({ id }) => id === fields.get('bank'))?.id
  return { bank, fields, member: session.member.id }
}

async function versionOf({ deps }: ConsoleTools, { request, session }: StaffCall) {
  const version = await ruleVersions.find(deps.database, session.hash, idParams.parse(request.params).id)
  return { version, fields: fieldsOf(request.body), member: session.member.id }
}

async function askAndSign(
  tools: ConsoleTools,
  call: StaffCall,
  change: RuleChange,
  key?: { readonly key: string; readonly salt: Uint8Array },
) {
  const { min, max } = ruleReasonLengths
  if (change.reason.length < min || change.reason.length > max) return refuse(tools, call, 'rules/reason')
  const { deps } = tools
  const id = changeId(deps.random.uuid())
  const wanted = { id, change, member: call.session.member.id, ...(key === undefined ? {} : { key }) }
  try {
    if ((await ruleChanges.ask(deps.database, wanted)) !== 'asked') return refuse(tools, call, 'rules/obstacle')
  } catch (thrown) {
    if (sqlState(thrown) === '42501') return refuse(tools, call)
    if (sqlState(thrown) === '23514') return refuse(tools, call, 'rules/key')
    throw thrown
  }
  const asked = await ruleChanges.find(deps.database, call.session.hash, id)
  return asked === undefined ? refuse(tools, call, 'consent/over') : await sign(tools, call, asked)
}

/** Leads to the page where the passkey signs (act-pages). */
async function sign(
  { deps }: ConsoleTools,
  { session, reply }: StaffCall,
  asked: { readonly id: RuleChangeId; readonly digest: string },
) {
  const id = z.custom<RuleSignatureId>((value) => typeof value === 'string' && isUuid(value)).parse(deps.random.uuid())
  await staffActs.draft(deps, {
    v: 1,
    act: 'change-rules',
    id,
    staff: session.member.id,
    change: asked.id,
    digest: asked.digest,
  })
  return sendOnward(reply, `/console/acts/${id}`)
}

function refuse(tools: ConsoleTools, call: StaffCall, code: Parameters<typeof showRefused>[2] = 'consent/not-allowed') {
  return showRefused(tools, call, code, '/console/rules')
}

function onward({ reply }: StaffCall, bank: string, done: string) {
  return sendOnward(reply, `/console/rules?bank=${encodeURIComponent(bank)}&done=${done}`)
}

function reasonOf(fields: ReturnType<typeof fieldsOf>): string {
  return (fields.get('reason') ?? '').replaceAll(/\s+/g, ' ').trim()
}

function changeId(uuid: string): RuleChangeId {
  return z.custom<RuleChangeId>((value) => typeof value === 'string' && isUuid(value)).parse(uuid)
}
