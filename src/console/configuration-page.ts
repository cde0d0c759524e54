import { html } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { listOwnBanks } from '../staff/index.ts'
import type { OwnBank } from '../staff/index.ts'
import { createLastSeen, forStaff, limited, momentOf, scopeOf, showStale } from '../staff-pages/index.ts'
import type { ConsoleTools } from './console-route.ts'
import { showConsole, table } from './show-console.ts'
import type { Reading } from './show-console.ts'
import type { ShownSetting } from './shown-setting.ts'

/** `/console/configuration`: every configured value with its provenance; secrets as set or not. */
export function addConfigurationPage(scope: HttpServer, tools: ConsoleTools): void {
  const { deps } = tools
  const lastSeen = createLastSeen<readonly OwnBank[]>(deps)
  scope.get(
    '/console/configuration',
    limited,
    forStaff(tools, 'see-configuration', async (call) => {
      const words = tools.words(call.request)
      const { hash } = call.session
      const seen = await lastSeen.see(scopeOf(call), () => listOwnBanks(deps.database, hash, 'see-configuration'))
      const shown = deps.settings.filter((setting) => concerns(seen.value, setting))
      return showConsole(tools, call, {
        place: 'configuration',
        title: words.say('configuration.title'),
        body: html`<p>${words.say('configuration.body')}</p>
          ${showStale(deps, call, seen)}
          ${
            shown.length === 0
              ? html`<p class="card" data-empty>${words.say('configuration.none')}</p>`
              : groupsOf(shown).map((group) => showGroup({ words, deps }, group))
          }`,
      })
    }),
  )
}

type Group = { readonly name: string; readonly settings: readonly ShownSetting[] }

/** By the first part of their paths; a bank's are a group of their own, and what has one part alone comes first. */
function groupsOf(settings: readonly ShownSetting[]): readonly Group[] {
  const groups = new Map<string, ShownSetting[]>([['', []]])
  for (const setting of settings) {
    const [first = '', second = '', ...others] = setting.path.split('.')
    const name = second === '' ? '' : others.length > 0 && /^\d+$/.test(second) ? `${first}.${second}` : first
    groups.set(name, [...(groups.get(name) ?? []), setting])
  }
  return [...groups].flatMap(([name, own]) => (own.length === 0 ? [] : [{ name, settings: own }]))
}

function showGroup({ words, deps }: Reading, { name, settings }: Group): Html {
  return html`<div class="settings">
    ${name !== '' && html`<h2><code>${name}</code></h2>`}
    ${table(
      words.say('configuration.group', { name }),
      ['setting', 'value', 'from', 'since'].map((head) => words.say('configuration.head', { head })),
      settings.map(({ path, value, from, since }) => [
        html`<code>${name === '' ? path : path.slice(name.length + 1)}</code>`,
        value === undefined
          ? html`<i>${words.say('configuration.secret', { set: from === 'default' ? 'no' : 'yes' })}</i>`
          : html`<code>${value}</code>`,
        words.say('configuration.from', { from }),
        since === undefined ? '' : momentOf(deps, words, since),
      ]),
    )}
  </div>`
}

/** One's own banks' settings, and what is nobody's bank's; nothing for whom the database gives no bank. */
function concerns(banks: readonly OwnBank[], { institution }: ShownSetting): boolean {
  return banks.some(({ id }) => institution === undefined || id === institution)
}
