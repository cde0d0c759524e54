import { html } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { isInScope } from '../staff/index.ts'
import type { StaffMember } from '../staff/index.ts'
import { forStaff, limited, momentOf } from '../staff-pages/index.ts'
import type { ConsoleTools } from './console-route.ts'
import { showConsole, table } from './show-console.ts'
import type { Reading } from './show-console.ts'
import type { ShownSetting } from './shown-setting.ts'

/** `/console/configuration`: every configured value with its provenance; secrets as set or not. */
export function addConfigurationPage(scope: HttpServer, tools: ConsoleTools): void {
  const { deps } = tools
  scope.get(
    '/console/configuration',
    limited,
    forStaff(tools, 'see-configuration', (call) => {
      const words = tools.words(call.request)
      const shown = deps.settings.filter((setting) => concerns(call.session.member, setting))
      return showConsole(tools, call, {
        place: 'configuration',
        title: words.say('configuration.title'),
        body: html`<p>${words.say('configuration.body')}</p>
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
  return html`${name !== '' && html`<h2><code>${name}</code></h2>`}
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
  )}`
}

/** One's own banks' settings, and what is nobody's bank's. */
function concerns(member: StaffMember, { institution }: ShownSetting): boolean {
  return institution === undefined || isInScope(member, institution)
}
