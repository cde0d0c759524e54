import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { loadInstitution } from '../banks/index.ts'
import type { Departure } from '../banks/index.ts'
import { html, sendOnward } from '../pages/index.ts'
import { Secret, isInstitutionId } from '../kernel/index.ts'
import type { InstitutionId } from '../kernel/index.ts'
import { seal, unseal } from '../platform/index.ts'
import { defaultDays, offeredClasses } from './build-terms.ts'
import { channelName, stepOf } from './link-route.ts'
import type { LinkPagesDeps, LinkTools, Visit } from './link-route.ts'
import { readDeparture, saveDeparture } from './links-store.ts'
import { showBankTrouble } from './show-bank-trouble.ts'
import { showStopForm } from './show-stop-form.ts'

/** What lies sealed while the browser is at the bank. */
const carriedShape = z.object({
  carry: z.string(),
  url: z.string(),
  institution: z.string().refine(isInstitutionId),
  nonce: z.string().optional(),
})
export type Carried = z.infer<typeof carriedShape>

/** Starts the authorization at the bank (pushed, RFC 9126) and sends the browser to the page with the way there. */
export async function departToBank(
  tools: LinkTools,
  visit: Visit,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const institution = visit.link.institution
  if (institution === undefined) return sendOnward(reply, '/link/bank')
  const started = await tools.deps.banks.links.start({
    institution,
    redirectUri: redirectUri(tools.deps),
    days: visit.link.draft.bankDays ?? defaultDays,
    linkId: visit.link.id,
    dataClasses: offeredClasses,
  })
  if (!started.ok) return showBankTrouble(tools, { visit, request, reply }, institution, started.code)
  await keepDeparture(tools.deps, visit, { step: 'at-bank', departure: started.value, institution })
  return sendOnward(reply, '/link/depart')
}

/** Seals what the callback will need, under the conversation's key, and remembers the state by its hash. */
export async function keepDeparture(
  deps: LinkPagesDeps,
  visit: Visit,
  left: {
    readonly step: 'at-bank' | 'recover-at-bank'
    readonly departure: Departure
    readonly institution: InstitutionId
    readonly nonce?: string
  },
): Promise<void> {
  const { step, departure, ...more } = left
  const carried = { carry: departure.carry.reveal(), url: departure.url, ...more }
  const key = await deps.consent.keystore.conversationKey(visit.conversation.id)
  await saveDeparture(deps.consent.database, visit.link.id, {
    step,
    stateHash: hashState(departure.state.reveal()),
    sealed: seal(key.reveal(), Buffer.from(JSON.stringify(carried), 'utf8'), contextOf(visit)),
  })
}

/** Opens what {@link keepDeparture} sealed. */
export async function openCarried(deps: LinkPagesDeps, visit: Visit, sealed: Uint8Array): Promise<Secret<Carried>> {
  const key = await deps.consent.keystore.conversationKey(visit.conversation.id)
  const plain = unseal(key.reveal(), sealed, contextOf(visit)).toString('utf8')
  return new Secret(carriedShape.parse(JSON.parse(plain)))
}

/** How a state is stored. */
export function hashState(state: string): Buffer {
  return createHash('sha256').update(state, 'utf8').digest()
}

/** Where banks send the browser back to. */
export function redirectUri(deps: LinkPagesDeps): string {
  return `${deps.party.origin}/link/callback`
}

/** The way to the bank: a plain link, because a form post may not leave our origin, and so that it shows where it leads. */
export async function showDeparture(
  tools: LinkTools,
  visit: Visit,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const sealed = await readDeparture(tools.deps.consent.database, visit.link.id)
  if (sealed === undefined) return departToBank(tools, visit, request, reply)
  const { url, institution } = (await openCarried(tools.deps, visit, sealed)).reveal()
  const bank = await loadInstitution(tools.deps.consent.database, institution)
  const words = tools.words(request)
  const name = bank?.name ?? institution
  const isRecovery = visit.link.step === 'recover-at-bank'
  return tools.show(request, reply, {
    title: words.say('depart.title', { bank: name }),
    ...(isRecovery ? {} : { step: stepOf(words, 3) }),
    body: html`<h1>${words.say('depart.heading', { bank: name })}</h1>
      <p>${words.say(isRecovery ? 'depart.bodyRecovery' : 'depart.body', { bank: name })}</p>
      <p><a class="button" href="${url}" rel="noreferrer">${words.say('depart.button', { bank: name })}</a></p>
      <p class="note">${words.say('depart.address', { host: URL.canParse(url) ? new URL(url).host : name })}</p>
      <p class="muted">
        ${words.say('depart.safe', { bank: name, channel: channelName(words, visit.conversation.channel) })}
      </p>
      ${showStopForm(words, visit)}`,
  })
}

function contextOf(visit: Visit): string {
  return `linking.oauth|${visit.conversation.id}|${visit.link.id}`
}
