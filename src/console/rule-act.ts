import type { StaffAct } from '../kernel/index.ts'
import { html } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import { isLiveChange, peopleFor, ruleChanges, ruleEntries, ruleVersions } from '../rule-book/index.ts'
import type { AskedChange } from '../rule-book/index.ts'
import { type StaffCall } from '../staff-pages/index.ts'
import type { ConsoleTools } from './console-route.ts'
import type { BankName } from './cutoff-names.ts'

type Shown = { readonly title: string; readonly body: Html; readonly button: string }

/** What will be signed of a bank's rules: the whole sentences, or the entry; undefined when the change is gone or made. */
export async function ruleActBody(
  { deps, words: wordsFor }: ConsoleTools,
  { request, session }: StaffCall,
  known: { readonly banks: readonly BankName[]; readonly act: Extract<StaffAct, { act: 'change-rules' }> },
): Promise<Shown | undefined> {
  const words = wordsFor(request)
  const asked = await ruleChanges.find(deps.database, session.hash, known.act.change)
  if (asked === undefined || asked.doneAt !== undefined || asked.digest !== known.act.digest) return undefined
  const { change } = asked
  const bank = known.banks.find(({ id }) => id === change.institution)?.name ?? change.institution
  const isLast = asked.signedBy.filter((staff) => staff !== session.member.id).length + 1 >= peopleFor(change)
  const detail = await detailOf(deps, words, session.hash, asked)
  if (detail === undefined) return undefined
  return {
    title: words.say('rules.actTitle', { kind: kindWord(change.kind), bank }),
    button: words.say('rules.actButton', { step: isLast ? 'last' : 'first' }),
    body: html`<p>${words.say('rules.actBody', { step: isLast ? 'last' : 'first' })}</p>
      ${detail}
      <dl class="facts">
        <dt>${words.say('card.reason')}</dt>
        <dd>${change.reason}</dd>
      </dl>`,
  }
}

async function detailOf(
  deps: ConsoleTools['deps'],
  words: Words,
  session: Uint8Array,
  { change }: AskedChange,
): Promise<Html | undefined> {
  if (isLiveChange(change)) {
    const version = await ruleVersions.find(deps.database, session, change.set)
    if (version === undefined || version.digest !== change.digest) return undefined
    return html`<h2>${words.say('rules.version', { version: version.version })}</h2>
      <ul class="plain">
        ${version.set.rules.map(({ id, sentence }) => html`<li><b>${id}</b>: ${sentence}</li>`)}
      </ul>`
  }
  const entries = await ruleEntries.list(deps.database, session, change.institution)
  const entry = entries.find(({ id }) => id === change.entry)
  if (entry === undefined) return undefined
  return html`<p>${words.say('rules.entry', { purpose: entry.purpose, list: entry.list, key: entry.key })}</p>`
}

/** Words of the catalogue have no hyphens. */
export function kindWord(kind: string): string {
  return kind.replaceAll('-', '_')
}
