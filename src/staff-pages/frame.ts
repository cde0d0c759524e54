import { html } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import { may } from '../staff/index.ts'
import type { StaffAction, StaffMember, StaffSession } from '../staff/index.ts'
import type { FastifyRequest } from 'fastify'
import { staffWordsFor } from './staff-words.ts'

// Every place of the staff's pages, in the order in which they stand at the top. `cutoffs` and `rules` are the oldest of the console.
const places = {
  desk: { path: '/desk', action: 'serve-customers' },
  cases: { path: '/cases', action: 'see-cases' },
  overview: { path: '/console', action: 'see-overview' },
  connectors: { path: '/console/connectors', action: 'see-connectors' },
  cutoffs: { path: '/console/cutoffs', action: 'see-cutoffs' },
  consents: { path: '/console/consents', action: 'see-consents' },
  rules: { path: '/console/rules', action: 'see-rules' },
  models: { path: '/console/models', action: 'see-models' },
  audit: { path: '/console/audit', action: 'see-audit' },
  incidents: { path: '/console/incidents', action: 'see-incidents' },
  configuration: { path: '/console/configuration', action: 'see-configuration' },
  statistics: { path: '/statistics', action: 'see-statistics' },
} as const satisfies Record<string, { readonly path: string; readonly action: StaffAction }>

/** A place of the staff's pages that the frame leads to. */
export type StaffPlace = keyof typeof places

const placeNames: readonly StaffPlace[] = Object.keys(places).filter((name): name is StaffPlace => name in places)

/** What stands around every page of the staff; spread it into what `tools.show` takes. */
export type StaffFrame = { readonly corner: Html; readonly nav: Html }

/** Who is signed in, the way out, and the ways to every place that their role may see; `here` is marked as the current one. */
export function staffFrame(
  call: { readonly session: StaffSession; readonly request: FastifyRequest; readonly troubles?: readonly string[] },
  here: StaffPlace | undefined,
): StaffFrame {
  const { member } = call.session
  const words = staffWordsFor(call.request)
  const open = placeNames.filter((name) => may(member.role, places[name].action))
  return {
    corner: html`<form method="post" action="/staff/sign-out" class="corner">
      <a href="/staff/sessions" class="muted"
        >${words.say('signedIn.as', { login: member.login, role: member.role })}</a
      >
      <button type="submit" class="quiet small">${words.say('signedIn.out')}</button>
    </form>`,
    nav: html`${(call.troubles ?? []).map((trouble) => html`<p class="trouble" role="status">${may(member.role, places.incidents.action) ? html`<a href="${places.incidents.path}">${trouble}</a>` : trouble}</p>`)}
      <nav class="places" aria-label="${words.say('nav.label')}">
        <ul>
          ${open.map((name) => html`<li><a href="${places[name].path}" ${name === here && html` aria-current="page"`}>${words.say(`nav.${name}`)}</a></li>`)}
        </ul>
      </nav>`,
  }
}

/** Where somebody begins after signing in. */
export function homeOf(member: StaffMember): string {
  switch (member.role) {
    case 'agent':
      return places.desk.path
    case 'analyst':
      return places.cases.path
    case 'operator':
      return places.overview.path
    case 'auditor':
      return places.audit.path
    case 'platform':
      return places.statistics.path
  }
}
