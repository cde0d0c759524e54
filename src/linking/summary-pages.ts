import type { FastifyReply, FastifyRequest } from 'fastify'
import { loadInstitution } from '../banks/index.ts'
import { signedTerms } from '../consent/index.ts'
import { bankIdentities } from '../customers/index.ts'
import { html, passkeyForm, sendOnward } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import { parseTerms } from '../kernel/index.ts'
import { addJob } from '../platform/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { hashLinkCode, linkCodeFor } from './confirm-code.ts'
import { limited, limitedPasskey } from './link-params.ts'
import { atStep, channelName, stepOf } from './link-route.ts'
import type { Call, LinkTools, Visit } from './link-route.ts'
import { changeLink } from './links-store.ts'
import { linkedJob } from './linked-job.ts'
import { listAccounts } from './list-accounts.ts'
import { showPasskeyRefused } from './show-passkey-refused.ts'
import { showStopForm } from './show-stop-form.ts'
import { showTerms } from './show-terms.ts'
import { beginSigning, finishSigning } from './sign-terms.ts'

/** Step 5: the terms in words, signed by the passkey. */
export function addSummaryPages(scope: HttpServer, tools: LinkTools): void {
  const { deps } = tools
  const { database } = deps.consent

  scope.get(
    '/link/summary',
    limited,
    atStep(tools, ['choosing'], async (visit, request, reply) => {
      const { document } = visit.link.draft
      return document === undefined
        ? sendOnward(reply, '/link/sharing')
        : showSummary(tools, { visit, request, reply }, document)
    }),
  )

  scope.post(
    '/link/summary/sign/challenge',
    limitedPasskey,
    atStep(tools, ['choosing'], async (visit, _request, reply) => {
      const { document } = visit.link.draft
      if (document === undefined) return reply.code(404).send({})
      return reply.send(await beginSigning(deps, database, visit, document))
    }),
  )

  scope.post(
    '/link/summary/sign',
    limitedPasskey,
    atStep(tools, ['choosing'], async (visit, request, reply) => {
      const { customer, draft, institution, id, purpose, setupTerms } = visit.link
      if (draft.document === undefined || institution === undefined) return sendOnward(reply, '/link/sharing')
      const isChange = purpose === 'change'
      const signed = await finishSigning(
        tools,
        { visit, request, reply },
        {
          kind: 'sharing',
          institution,
          document: draft.document,
          // A conversation that is this customer's already needs no second proof of it; a new one does (threat row 4).
          unconfirmed: !isChange,
          alongside: async (tx, { terms, sessionHash }) => {
            if (setupTerms !== undefined) await signedTerms.revoke(tx, setupTerms, 'replaced')
            // Only now: whoever signed has seen the accounts, and no login that others slipped in can ever replace a passkey.
            if (draft.bankSubject !== undefined && customer !== undefined) {
              const subjectHash = Buffer.from(draft.bankSubject, 'base64url')
              await bankIdentities.remember(tx, { institution, subjectHash, customer })
            }
            // A question that waited for this leave is answered in the chat.
            if (isChange) await addJob(tx, { kind: linkedJob, key: visit.conversation.id, payload: {} })
            return changeLink(tx, id, {
              from: ['choosing'],
              step: isChange ? 'done' : 'signed',
              terms,
              sessionHash,
              draft: {},
              ...(isChange
                ? {}
                : { codeHash: hashLinkCode(deps.linkSecret, id, linkCodeFor(deps.linkSecret, id, terms)) }),
            })
          },
        },
      )
      if (!signed.ok) return showPasskeyRefused(tools, request, reply, signed.code)
      tools.names.drop(id)
      deps.logger.info('link.signed', { linkId: id, termsId: signed.value.terms, institution })
      return sendOnward(reply, isChange ? '/link/done' : '/link/code')
    }),
  )
}

async function showSummary(tools: LinkTools, call: Call, document: string): Promise<FastifyReply> {
  const { visit, request, reply } = call
  const terms = parseTerms(document)
  const { institution } = visit.link
  if (!terms.ok || institution === undefined) return sendOnward(reply, '/link/sharing')
  const bank = await loadInstitution(tools.deps.consent.database, institution)
  const words = tools.words(request)
  const channel = channelName(words, visit.conversation.channel)
  return tools.show(request, reply, {
    title: words.say('summary.title'),
    script: 'link',
    ...(visit.link.purpose === 'change' ? {} : { step: stepOf(words, 5) }),
    body: html`<h1>${words.say('summary.heading')}</h1>
      <p>${words.say('summary.body', { channel })}</p>
      <section class="card">
        ${showTerms(words, terms.value, document, { bank: bank?.name ?? institution, accounts: await namesOf(tools, visit) })}
      </section>
      ${warningFor(tools, request, terms.value.disclosure, channel)}
      <p>${words.say('summary.never')}</p>
      ${passkeyForm(words, { kind: 'get', action: '/link/summary/sign', button: words.say('summary.button') })}
      <p><a class="link" href="/link/sharing">${words.say('summary.back')}</a></p>
      ${showStopForm(words, visit)}`,
  })
}

function warningFor(tools: LinkTools, request: FastifyRequest, level: string, channel: string): Html | undefined {
  if (level === 'sealed') return undefined
  return html`<p class="note warn">${tools.words(request).say(`summary.warning.${level}`, { channel })}</p>`
}

// When changing what is shared, the bank is not asked for names again: the accounts are counted.
async function namesOf(tools: LinkTools, visit: Visit): Promise<ReadonlyMap<string, string>> {
  if (visit.link.purpose === 'change') return new Map()
  const listed = await listAccounts(tools, visit)
  if (!listed.ok) return new Map()
  return new Map(
    listed.value.map((account) => {
      const digits = account.lastDigits?.reveal()
      return [account.id, `${account.name.reveal()}${digits === undefined ? '' : ` •••• ${digits}`}`]
    }),
  )
}
