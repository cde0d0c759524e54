import type { Tx } from '../../platform/index.ts'

/** How a template stands with the messenger: its own words, in lower case. */
export type TemplateStanding = { readonly name: string; readonly language: string; readonly status: string }

/** Writes down how a page's templates stand with the messenger. Login `parley_channel`. */
export async function noteTemplates(tx: Tx, pageId: string, all: readonly TemplateStanding[]): Promise<void> {
  await tx.run(
    `INSERT INTO channels.utility_template AS t (page_id, name, language, status)
     SELECT $1, w.name, w.language, w.status FROM unnest($2::text[], $3::text[], $4::text[]) AS w (name, language, status)
     ON CONFLICT (page_id, name, language) DO UPDATE SET status = excluded.status, checked_at = clock_timestamp(),
       changed_at = CASE WHEN t.status = excluded.status THEN t.changed_at ELSE clock_timestamp() END`,
    [pageId, all.map(({ name }) => name), all.map(({ language }) => language), all.map(({ status }) => status)],
  )
}
