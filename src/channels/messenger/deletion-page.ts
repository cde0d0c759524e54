import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Instant } from '../../kernel/index.ts'
import { toInstant } from '../../kernel/index.ts'
import { addPageScope, html, loadWords, readerTime } from '../../pages/index.ts'
import type { Html, PageScopeDeps, PageTools, Words } from '../../pages/index.ts'
import type { Database, HttpServer, RateLimit } from '../../platform/index.ts'
import { callbackPaths } from './add-callbacks.ts'
import { type PlatformRequest, loadRequest, requestCode, requestKeptDays } from '../platform-requests-store.ts'

export type DeletionPageDeps = PageScopeDeps & {
  /** Login `parley_consent`. */
  readonly database: Database
  /** The signed receipt that was handed out under this id, if any. */
  readonly loadReceipt: (id: string) => Promise<string | undefined>
}

/** Codes have 122 random bits; the limit only keeps the database from being asked for nothing. */
export const deletionPageLimits: Readonly<Record<string, RateLimit>> = {
  'deletion-page': { max: 60, windowMs: 60_000 },
}
const limited = { config: { limit: 'deletion-page' } }

const words = loadWords(new URL('../words/', import.meta.url))
const path = `${callbackPaths['data-deletion']}/:code`

/**
 * The page of a data deletion that a messenger asked for: what was destroyed, what is kept, why and until when. Whoever has the
 * code may see it, so it says nothing about anybody.
 */
export async function addDeletionPages(server: HttpServer, deps: DeletionPageDeps): Promise<void> {
  await addPageScope(server, deps, words, (scope, tools) => {
    scope.get(path, limited, async (request, reply) => {
      const deletion = await findDeletion(deps, request)
      if (deletion === undefined) return tools.showTrouble(request, reply, 'notFound')
      return showDeletion(tools, { request, reply, deletion })
    })
    scope.get(`${path}/receipt`, limited, async (request, reply) => {
      const deletion = await findDeletion(deps, request)
      const note = deletion?.doneAt === undefined ? undefined : await deps.loadReceipt(deletion.code)
      if (note === undefined) return tools.showTrouble(request, reply, 'notFound')
      return reply
        .header('cache-control', 'no-store')
        .header('x-content-type-options', 'nosniff')
        .header('content-disposition', 'attachment; filename="parley-deletion-receipt.txt"')
        .type('text/plain; charset=utf-8')
        .send(note)
    })
  })
}

const paramsShape = z.object({ code: z.string().max(64) })

/** As it is shown: 32 hexadecimal digits. */
const shownCode = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/

async function findDeletion(deps: DeletionPageDeps, request: FastifyRequest): Promise<PlatformRequest | undefined> {
  const text = paramsShape.safeParse(request.params).data?.code ?? ''
  const code = requestCode.safeParse(text.replace(shownCode, '$1-$2-$3-$4-$5'))
  if (!shownCode.test(text) || !code.success) return undefined
  const found = await loadRequest(deps.database, code.data)
  return found?.kind === 'data-deletion' ? found : undefined
}

type Shown = { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly deletion: PlatformRequest }

function showDeletion(tools: PageTools, { request, reply, deletion }: Shown): FastifyReply {
  const said = tools.words(request)
  const moment = (at: Instant): string => readerTime.moment({ words: said, timeZone: 'UTC' }, at)
  const received = moment(deletion.receivedAt)
  const code = deletion.code.replaceAll('-', '')
  const foot = html`<p class="muted">${said.say('deletion.code', { code })}</p>`
  const stage = deletion.doneAt === undefined ? 'waiting' : deletion.outcome === 'nobody' ? 'nobody' : 'done'
  const title = said.say(`deletion.${stage}Title`)
  const body =
    stage === 'done'
      ? doneBody(said, deletion, { received, moment, receipt: `${callbackPaths['data-deletion']}/${code}/receipt` })
      : html`<p role="status">${said.say(`deletion.${stage}Body`, { received })}</p>
          ${stage === 'nobody' ? centreLink(said) : undefined}`
  return tools.show(request, reply, {
    title,
    body: html`<h1>${title}</h1>
      ${body}${foot}`,
  })
}

type Done = { readonly received: string; readonly receipt: string; readonly moment: (at: Instant) => string }

function doneBody(said: Words, deletion: PlatformRequest, { received, receipt, moment }: Done): Html {
  const { doneAt, lastCopyAt, receivedAt, grants } = deletion
  const until = day(said, toInstant(receivedAt + requestKeptDays * dayMs))
  return html`<p role="status">
      ${said.say('deletion.doneBody', { received, done: doneAt === undefined ? '' : moment(doneAt) })}
    </p>
    <section class="card">
      <h2 class="first">${said.say('deletion.destroyed')}</h2>
      <p>${said.say('deletion.destroyedChat')}</p>
      ${lastCopyAt === undefined ? undefined : html`<p>${said.say('deletion.destroyedKey', { lastCopy: moment(lastCopyAt) })}</p>`}
      <p>${said.say('deletion.ended', { count: grants })}</p>
    </section>
    <section class="card">
      <h2 class="first">${said.say('deletion.kept')}</h2>
      <p>${said.say('deletion.keptTerms')}</p>
      <p>${said.say('deletion.keptRequest', { until })}</p>
    </section>
    <section class="card">
      <h2 class="first">${said.say('deletion.cannot')}</h2>
      <p>${said.say('deletion.cannotBody')}</p>
    </section>
    <p><a class="link" href="${receipt}">${said.say('deletion.receipt')}</a></p>
    <p>${said.say('deletion.elsewhere')}</p>
    ${centreLink(said)}`
}

function centreLink(said: Words): Html {
  return html`<p><a class="link" href="/me">${said.say('deletion.elsewhereLink')}</a></p>`
}

const dayMs = 24 * 3_600_000

function day(said: Words, at: Instant): string {
  return readerTime.day({ words: said, timeZone: 'UTC' }, at)
}
