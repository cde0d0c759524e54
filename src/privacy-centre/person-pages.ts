import { unreachable } from '../kernel/index.ts'
import { html, readerTime } from '../pages/index.ts'
import type { Html, Reader } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { limited } from './centre-params.ts'
import { showCentre, signedIn } from './centre-route.ts'
import type { Call, CentreTools } from './centre-route.ts'
import { addLeavePages, showLeaves } from './leave-pages.ts'
import type { CaseStanding, DeskCase, DeskLook, DeskRequest, DeskWords } from './own-desk.ts'

/** `/me/person`: what people at the desk wrote, also what the chat does not carry; the cases; who of them opened a conversation. */
export function addPersonPages(scope: HttpServer, tools: CentreTools): void {
  addLeavePages(scope, tools)
  scope.get(
    '/me/person',
    limited,
    signedIn(tools, async (call) => {
      const { desk } = tools.deps
      const { hash } = call.session
      const [said, requests, cases, looks, leaves] = await Promise.all([
        desk?.words(hash),
        desk?.requests(hash),
        desk?.cases(hash),
        desk?.looks(hash),
        desk?.leaves(hash),
      ])
      const { words } = call.reader
      return showCentre(tools, call, {
        title: words.say('person.title'),
        body: html`<h1>${words.say('person.title')}</h1>
          ${showLeaves(call, leaves)}
          <p>${words.say('person.body')}</p>
          <p class="note">${words.say('messages.never')}</p>
          ${listOf(said, (each) => showWords(call.reader, each)) ?? html`<p>${words.say('person.none')}</p>`}
          <h2>${words.say('person.requests')}</h2>
          ${listOf(requests, (each) => showRequest(call.reader, each)) ?? html`<p>${words.say('person.noRequests')}</p>`}
          <h2>${words.say('person.cases')}</h2>
          ${listOf(cases, (each) => showCase(call.reader, each)) ?? html`<p>${words.say('person.noCases')}</p>`}
          <h2>${words.say('person.looks')}</h2>
          ${listOf(looks, (each) => showDeskLook(call.reader, each)) ?? html`<p>${words.say('person.noLooks')}</p>`}
          <p class="muted">${words.say('person.kept')}</p>
          <p class="muted">
            ${words.say('looks.checked', { time: readerTime.moment(call.reader, tools.deps.clock.now()) })}
          </p>`,
      })
    }),
  )
}

/** Who of the desk opened a conversation, for the page of who looked; nothing when nobody did. */
export async function showDeskLooks(tools: CentreTools, call: Call): Promise<Html | undefined> {
  const looks = await tools.deps.desk?.looks(call.session.hash)
  const list = listOf(looks, (each) => showDeskLook(call.reader, each))
  if (list === undefined) return undefined
  return html`<h2>${call.reader.words.say('person.looks')}</h2>
    ${list}
    <p><a class="link" href="/me/person">${call.reader.words.say('person.title')}</a></p>`
}

function listOf<Row>(rows: readonly Row[] | undefined, show: (row: Row) => Html): Html | undefined {
  if (rows === undefined || rows.length === 0) return undefined
  return html`<ul class="rows plain">
    ${rows.map((row) => html`<li>${show(row)}</li>`)}
  </ul>`
}

function showWords(reader: Reader, { at, name, institutionName, carried, words }: DeskWords): Html {
  const lines = words.reveal().split('\n')
  return html`<span class="row-name">${lines.map((line) => html`<span class="block">${line}</span>`)}</span>
    <span class="muted block">${whoOf(reader, name, institutionName)}, ${readerTime.moment(reader, at)}</span>
    <span class="muted block">${reader.words.say(`person.carried.${carried}`)}</span>`
}

function showCase(reader: Reader, each: DeskCase): Html {
  const { number, kind, institutionName, openedAt, answerBy, closedAt, standing } = each
  const { words } = reader
  const end =
    closedAt === undefined
      ? words.say('person.case.open', { time: readerTime.moment(reader, answerBy) })
      : words.say('person.case.closed', { time: readerTime.moment(reader, closedAt) })
  return html`<span class="row-name"
      >${words.say('person.case', { number })}:
      ${words.say(`person.kind.${kind}`)}${institutionName === undefined ? undefined : html` <span class="muted">· ${institutionName}</span>`}</span
    >
    <span class="muted block"
      >${words.say('person.case.opened', { time: readerTime.moment(reader, openedAt) })} ${end}</span
    >
    ${standing !== undefined && html`<span class="block">${sayStanding(reader, standing)}</span>`}`
}

/** What was found, once two people agreed; until then how far it is. */
function sayStanding({ words }: Reader, { state, finding, refund }: CaseStanding): string {
  if (finding === undefined) return words.say(`person.case.state.${state}`)
  return `${words.say(`person.case.found.${finding}`)} ${words.say(`person.case.refund.${refund ?? 'no'}`)}`
}

function showRequest(reader: Reader, { about, institutionName, askedAt, stands }: DeskRequest): Html {
  const { words } = reader
  return html`<span class="row-name"
      >${words.say(`person.because.${about}`)}${institutionName === undefined ? undefined : html` <span class="muted">· ${institutionName}</span>`}</span
    >
    <span class="muted block"
      >${words.say('person.request.asked', { time: readerTime.moment(reader, askedAt) })}
      ${sayStands(reader, stands)}</span
    >`
}

function sayStands(reader: Reader, stands: DeskRequest['stands']): string {
  const { words } = reader
  switch (stands.as) {
    case 'waiting':
    case 'late':
      return words.say(`person.request.${stands.as}`, { time: readerTime.moment(reader, stands.by) })
    case 'unpromised':
      return words.say('person.request.unpromised')
    case 'taken':
      return words.say('person.request.taken', { name: stands.name })
    case 'ended':
      return words.say('person.request.ended', { time: readerTime.moment(reader, stands.at) })
    default:
      return unreachable(stands)
  }
}

function showDeskLook(reader: Reader, { at, name, institutionName, channel, dataClass }: DeskLook): Html {
  const where = channel === undefined ? undefined : reader.words.say(`channel.${channel}`)
  return html`<span class="row-name"
      >${
        dataClass === undefined
          ? reader.words.say('person.looked', { who: whoOf(reader, name, institutionName) })
          : reader.words.say('person.lookedAt', {
              who: whoOf(reader, name, institutionName),
              what: reader.words.say(`class.${dataClass}`),
            })
      }</span
    >
    <span class="muted block"
      >${readerTime.moment(reader, at)}${where === undefined ? undefined : html` · ${where}`}</span
    >`
}

function whoOf({ words }: Reader, name: string, bank: string | undefined): string {
  return bank === undefined ? name : words.say('person.who', { name, bank })
}
