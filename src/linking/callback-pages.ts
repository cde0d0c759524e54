import type { FastifyReply } from 'fastify'
import { openPermit, recordDisclosure } from '../consent/index.ts'
import { bankIdentities } from '../customers/index.ts'
import { sendOnward } from '../pages/index.ts'
import { Secret } from '../kernel/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { hashState, openCarried, redirectUri, showDeparture } from './depart.ts'
import type { Carried } from './depart.ts'
import type { Draft } from './draft.ts'
import { limited } from './link-params.ts'
import { atStep, findVisit, showRefusal } from './link-route.ts'
import type { Call, LinkTools, Visit } from './link-route.ts'
import { changeLink, takeDeparture } from './links-store.ts'
import { pathOf } from './next-path.ts'
import { showBankTrouble } from './show-bank-trouble.ts'

/** Step 3: to the bank and back. */
export function addCallbackPages(scope: HttpServer, tools: LinkTools): void {
  scope.get(
    '/link/depart',
    limited,
    atStep(tools, ['at-bank', 'recover-at-bank'], (visit, request, reply) =>
      showDeparture(tools, visit, request, reply),
    ),
  )

  // Only the browser that left may come back, with the state it left with, once. Everything else changes nothing.
  scope.get('/link/callback', limited, async (request, reply) => {
    const visit = await findVisit(tools, request)
    if (visit === undefined) return showRefusal(tools, request, reply, 'linking/session-over')
    const currentUrl = new URL(request.url, redirectUri(tools.deps))
    const state = currentUrl.searchParams.get('state') ?? ''
    const { database } = tools.deps.consent
    const taken = await takeDeparture(database, { id: visit.link.id, stateHash: hashState(state) })
    if (taken === undefined) return showRefusal(tools, request, reply, 'linking/callback-unknown')
    const carried = (await openCarried(tools.deps, visit, taken.sealed)).reveal()
    return visit.link.step === 'recover-at-bank'
      ? finishFreshLogin(tools, { visit, request, reply }, carried, currentUrl)
      : finishLink(tools, { visit, request, reply }, carried, currentUrl)
  })
}

async function finishLink(tools: LinkTools, call: Call, carried: Carried, currentUrl: URL): Promise<FastifyReply> {
  const { visit, request, reply } = call
  const { deps } = tools
  const { database } = deps.consent
  const { institution } = carried
  const { customer, id } = visit.link
  if (customer === undefined) return showRefusal(tools, request, reply, 'linking/session-over')
  // Whatever comes next fails or succeeds as a whole: from here the visit stands before the bank again.
  await changeLink(database, id, { from: ['at-bank'], step: 'signed-in' })
  const permit = await openPermit(
    { ...deps.answer, random: deps.random },
    { customer, institution, conversation: null, dataClass: 'account-list' },
  )
  if (!permit.ok) return showBankTrouble(tools, { visit, request, reply }, institution, 'banks/link-stopped')
  const finished = await deps.banks.links.finish({
    institution,
    carry: new Secret(carried.carry),
    currentUrl,
    permit: permit.value,
  })
  if (!finished.ok) return showBankTrouble(tools, { visit, request, reply }, institution, finished.code)
  const subjectHash = bankIdentities.hash(deps.linkSecret, institution, finished.value.subject)
  const draft = { ...keptDraft(visit), bankSubject: subjectHash.toString('base64url') }
  await changeLink(database, id, { from: ['signed-in'], step: 'choosing', institution, draft })
  const listed = await deps.banks.bank.fetchAccounts(permit.value)
  const level = listed.ok ? 'full' : 'nothing'
  const recorded = await recordDisclosure(deps, deps.answer.database, permit.value, { level, place: 'link-page' })
  if (listed.ok && recorded.ok) tools.names.put(id, listed.value)
  return sendOnward(reply, pathOf({ ...visit.link, step: 'choosing', draft }))
}

async function finishFreshLogin(
  tools: LinkTools,
  call: Call,
  carried: Carried,
  currentUrl: URL,
): Promise<FastifyReply> {
  const { visit, request, reply } = call
  const { deps } = tools
  const { database } = deps.consent
  const { institution, nonce = '' } = carried
  await changeLink(database, visit.link.id, { from: ['recover-at-bank'], step: 'opened' })
  const login = await deps.banks.links.finishFreshLogin({
    institution,
    carry: new Secret(carried.carry),
    currentUrl,
    nonce,
  })
  if (!login.ok) return showBankTrouble(tools, { visit, request, reply }, institution, login.code)
  const customer = visit.conversation.customer
  const subjectHash = bankIdentities.hash(deps.linkSecret, institution, login.value.subject)
  const isOwner =
    customer !== undefined && (await bankIdentities.isKnown(database, { institution, subjectHash, customer }))
  if (!isOwner) return showRefusal(tools, request, reply, 'linking/identity-unknown')
  await changeLink(database, visit.link.id, { from: ['opened'], step: 'recover-proven', customer, institution })
  return sendOnward(reply, '/link/new-passkey')
}

// A fresh visit to the bank begins the choice anew; only for how long the bank agreed stays.
function keptDraft(visit: Visit): Draft {
  const { bankDays } = visit.link.draft
  return bankDays === undefined ? {} : { bankDays }
}
