import { z } from 'zod'
import { html, readerTime } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import { instantColumn } from '../platform/index.ts'
import type { Call, CentreTools } from './centre-route.ts'

const lookRow = z.object({ at: instantColumn })

/** That auditors' pages held entries of this customer's: how many times, and when the last time; nothing when none did. */
export async function showAuditLooks(tools: CentreTools, { reader, session }: Call): Promise<Html | undefined> {
  const looks = await tools.deps.centre.database.rows(lookRow, 'SELECT at FROM console.own_audit_looks($1)', [
    session.hash,
  ])
  const [last] = looks
  if (last === undefined) return undefined
  const time = readerTime.moment(reader, last.at)
  return html`<p class="note">${reader.words.say('looks.audited', { count: looks.length, time })}</p>`
}
