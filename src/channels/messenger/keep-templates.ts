import { z } from 'zod'
import { Fault } from '../../kernel/index.ts'
import type { Logger, Tx } from '../../platform/index.ts'
import { languages } from '../channel.ts'
import { type GraphClient, expectOk } from './graph-client.ts'
import type { MessengerProfile } from './set-up-profile.ts'
import { type TemplateStanding, noteTemplates } from './template-store.ts'
import { templateKey, templatesToCreate } from './utility-templates.ts'

/** What the messenger said last of our templates. */
export type TemplateBook = {
  /** Creates what is missing, and notes how each stands. Throws `channels/graph-refused` where the messenger takes none. */
  keep(): Promise<void>
  /** Whether the messenger said that this one may not be sent (rejected, paused, still looked at). Unknown is not refused. */
  refused(key: string): boolean
}

/**
 * The life of utility templates, from the message catalogue: created once for each name and language, then followed. One that the
 * messenger rejects or pauses is not sent any more; "write to us again" goes in its place.
 */
export function createTemplateBook(
  deps: { readonly graph: GraphClient; readonly database: Tx; readonly logger: Logger },
  {
    profile,
    pagesUrl,
    pageId,
  }: { readonly profile: MessengerProfile; readonly pagesUrl: string; readonly pageId: string },
): TemplateBook {
  const standings = new Map<string, string>()
  const wanted = languages.flatMap((language) =>
    templatesToCreate(language, profile.languages[language].templates, pagesUrl),
  )
  return {
    async keep() {
      const existing = await listTemplates(deps.graph)
      for (const template of wanted) {
        const { name, language } = template
        const known = existing.find((each) => templateKey(each) === templateKey(template))
        const status = known?.status ?? (await create(deps.graph, template))
        if (status !== 'approved' && standings.get(templateKey(template)) !== status) {
          deps.logger.warn('messenger.template-not-approved', { reason: `${name} ${language}`, outcome: status })
        }
        standings.set(templateKey(template), status)
      }
      const all = wanted.map(({ name, language }) => ({
        name,
        language,
        status: standings.get(templateKey({ name, language })) ?? 'unknown',
      }))
      await noteTemplates(deps.database, pageId, all)
    },
    refused(key) {
      const status = standings.get(key)
      return status !== undefined && status !== 'approved'
    },
  }
}

const statusWord = z
  .string()
  .max(32)
  .transform((word) => word.toLowerCase())

const listShape = z.object({
  data: z.array(z.object({ name: z.string(), language: z.string(), status: statusWord.default('approved') })),
})

/** All of ours fit on one page of the answer, which has a few only unless it is asked for more. */
const listedMax = 500

async function listTemplates(graph: GraphClient): Promise<readonly TemplateStanding[]> {
  const listed = listShape.safeParse(expectOk(await graph.get(`/me/message_templates?limit=${listedMax}`)))
  if (!listed.success) throw new Fault('channels/graph-refused', { retry: 'later' })
  return listed.data.data
}

const createdShape = z.object({ status: statusWord.default('approved') })

async function create(graph: GraphClient, template: object): Promise<string> {
  const created = createdShape.safeParse(expectOk(await graph.post('/me/message_templates', template)))
  return created.success ? created.data.status : 'approved'
}
