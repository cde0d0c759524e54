import type { FastifyReply } from 'fastify'
import { languages } from '../channels/index.ts'
import { html } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import { ownScopeOf, showStale, staffFrame } from '../staff-pages/index.ts'
import type { StaffCall } from '../staff-pages/index.ts'
import type { DeskTools } from './desk-route.ts'
import type { HandoverId } from './handover-id.ts'
import { handoverKinds } from './handover-kinds.ts'
import { pageRows } from './page-store.ts'
import type { DeskPerson } from './page-store.ts'
import { rowOf, showRow } from './place-row.ts'

/** What stands in the other two panes. Without `talk` the list is what a phone shows; with it, the conversation is. */
export type DeskPanes = {
  readonly title?: string
  readonly status?: number
  readonly open?: HandoverId
  readonly talk?: Html
  readonly side?: Html
  readonly done?: string
}

/** The desk: the list, the conversation, and what stands beside it; one of them on a phone. */
export async function showDesk(tools: DeskTools, call: StaffCall, panes: DeskPanes): Promise<FastifyReply> {
  const { request, reply, session } = call
  const { deps } = tools
  const words = tools.words(request)
  const now = deps.clock.now()
  const seen = await tools.lists.see(ownScopeOf(call), async () => {
    // Whoever opens a page is at the desk, before they read that they are.
    await pageRows.liveSessions(deps.desk.database, [session.hash])
    const [places, people] = await Promise.all([
      pageRows.inbox(deps.desk.database, session.hash),
      pageRows.people(deps.desk.database, session.hash),
    ])
    return { places, people }
  })
  const { places, people } = seen.value
  const rows = places.map((place) => rowOf(words, deps.timeZone, place, now))
  const waiting = places.filter(({ isMine }) => !isMine).length
  const broken = places.filter(({ botFailed }) => botFailed).length
  return tools.show(request, reply, {
    title: panes.title ?? words.say('desk.title'),
    ...(panes.status === undefined ? {} : { status: panes.status }),
    script: 'desk',
    style: ['staff', 'desk'],
    ...staffFrame(call, 'desk'),
    body: html`<div
        class="desk ${panes.talk === undefined ? 'list-first' : 'talk-first'}"
        data-desk
        data-now="${String(now)}"
        data-as-of="${String(seen.checkedAt)}"
      >
        <section class="pane list" aria-labelledby="list-title">
          <div class="pane-head">
            <h1 id="list-title">${words.say('inbox.title')}</h1>
            <button type="button" class="quiet small" data-keys hidden>${words.say('keys.open')}</button>
          </div>
          ${showStale(deps, call, seen)}
          <p
            class="muted"
            data-waiting
            data-one="${words.say('inbox.waiting', { count: 1 })}"
            data-more="${words.say('inbox.waiting', { count: 2 })}"
          >
            ${words.say('inbox.waiting', { count: waiting })}
          </p>
          ${broken > 0 && html`<p class="note warn" data-broken>${words.say('inbox.bot', { count: broken })}</p>`}
          <form method="post" action="/desk/take" data-take>
            <button type="submit">${words.say('inbox.take')}</button>
          </form>
          <ul class="plain places-list" data-list>
            ${rows.map((row) => showRow(row, panes.open))}
          </ul>
          <p class="muted" data-none ${rows.length > 0 && html` hidden`}>
            ${words.say('inbox.none')} ${words.say('inbox.noneHint')}
          </p>
          <p
            class="muted live"
            role="status"
            data-live
            data-on="${words.say('live.on')}"
            data-off="${words.say('live.off', { time: '%' })}"
          ></p>
        </section>
        <section class="pane talk" aria-label="${panes.title ?? words.say('choose.title')}">
          ${panes.done !== undefined && html`<p class="note done" role="status" tabindex="-1" data-done>${panes.done}</p>`}
          ${
            panes.talk ??
            html`<h2 class="first">${words.say('choose.title')}</h2>
              <p>${words.say('choose.body')}</p>`
          }
        </section>
        <aside class="pane side">${panes.side ?? showPeople(words, people)}</aside>
      </div>
      ${showKeys(words)}`,
  })
}

function showPeople(words: Words, people: readonly DeskPerson[]): Html {
  const me = people.find(({ isMe }) => isMe)
  return html`<h2 class="first">${words.say('people.title')}</h2>
    <ul class="plain people">
      ${people.map(
        ({ login, isMe, state, held }) =>
          html`<li>
            <span class="dot ${state}" aria-hidden="true"></span>
            <span>${isMe ? words.say('people.me', { login }) : login}</span>
            <span class="muted">${words.say(`people.${state}`)} · ${words.say('people.held', { count: held })}</span>
          </li>`,
      )}
    </ul>
    <form method="post" action="/desk/me" class="card">
      <h2 class="first">${words.say('me.title')}</h2>
      <fieldset>
        <legend>${words.say('me.state')}</legend>
        ${(['here', 'away'] as const).map((state) => choice({ type: 'radio', name: 'state', value: state, isOn: (me?.state === 'away' ? 'away' : 'here') === state, label: words.say(`me.${state}`) }))}
      </fieldset>
      <details>
        <summary>${words.say('me.languages')}</summary>
        ${languages.map((name) => choice({ type: 'checkbox', name: 'language', value: name, isOn: me?.languages.includes(name) === true, label: words.say(`language.${name}`) }))}
      </details>
      <details>
        <summary>${words.say('me.kinds')}</summary>
        ${handoverKinds.map((name) => choice({ type: 'checkbox', name: 'kind', value: name, isOn: me?.kinds.includes(name) === true, label: words.say(`because.${name}`) }))}
      </details>
      <button type="submit" class="quiet">${words.say('me.save')}</button>
    </form>`
}

function choice(of: {
  readonly type: 'radio' | 'checkbox'
  readonly name: string
  readonly value: string
  readonly isOn: boolean
  readonly label: string
}): Html {
  return html`<label class="choice"
    ><input type="${of.type}" name="${of.name}" value="${of.value}" ${of.isOn && html` checked`} />
    <span>${of.label}</span></label
  >`
}

const keys = [
  ['j k', 'jk'],
  ['Enter', 'enter'],
  ['t', 't'],
  ['r', 'r'],
  ['n', 'n'],
  ['s', 's'],
  ['b', 'b'],
  ['Esc', 'esc'],
  ['?', 'help'],
] as const

/** Every key, in a dialog that the browser itself opens and closes. */
function showKeys(words: Words): Html {
  return html`<dialog data-keys-help aria-labelledby="keys-title">
    <h2 class="first" id="keys-title">${words.say('keys.title')}</h2>
    <dl class="keys">
      ${keys.map(
        ([key, name]) =>
          html`<dt>${key.split(' ').map((each) => html`<kbd>${each}</kbd> `)}</dt>
            <dd>${words.say(`keys.${name}`)}</dd>`,
      )}
    </dl>
    <form method="dialog"><button type="submit" class="quiet">${words.say('keys.close')}</button></form>
  </dialog>`
}
