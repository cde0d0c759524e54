import { loadInstitution } from '../banks/index.ts'
import { Secret } from '../kernel/index.ts'
import { fieldsOf, html, readerTime } from '../pages/index.ts'
import type { FormFields, Html, Words } from '../pages/index.ts'
import { countPlacesReport, placesReportsMax } from './answer-links-store.ts'
import type { LinkedAnswer } from './answer-links-store.ts'
import type { AnswerPagesDeps } from './answer-route.ts'
import { cleanText } from './clean-text.ts'
import { ownLinkRoute } from './own-link-route.ts'
import type { OwnLinkCall } from './own-link-route.ts'
import type { PlacesHeard } from './places-report.ts'

/** The most places that one report names: as many as a list of the page has numbers for. */
const placesMax = 60
/** The most letters of each: sixty of them, in any writing, fit a sealed question at the desk. */
const lettersMax = 60

/** Sends on which places are wrong: from an opened page, to a person at the bank that named them. */
export const reportPlacesRoute = ownLinkRoute(async (deps, tools, call) => {
  const { title, body } = await answerReport(deps, call)
  const parts = {
    words: call.words,
    title,
    body: html`<h1>${title}</h1>
      ${body}`,
  }
  return tools.show(call.request, call.reply, parts)
})

type Said = { readonly title: string; readonly body: Html }

async function answerReport(deps: AnswerPagesDeps, call: OwnLinkCall): Promise<Said> {
  const { request, link, words } = call
  const fields = fieldsOf(request.body)
  const places = placesIn(fields)
  const answer = link.answers.find(({ institution }) => institution === fields.get('bank'))
  // Only a page that was opened has places on it.
  if (answer === undefined || places.length === 0 || link.state !== 'used') return sayNothingSent(words)
  const heard = await send(deps, call, { places, answer })
  if (heard === undefined) return sayNothingSent(words)
  if (heard === 'enough') return sayEnough(words)
  const bank = (await loadInstitution(deps.answer.database, answer.institution))?.name ?? answer.institution
  return saySent(call, heard, { bank, count: places.length })
}

function placesIn(fields: FormFields): readonly string[] {
  const places = fields.getAll('place').slice(0, placesMax)
  return [...new Set(places.map((place) => cleanText(place, lettersMax)))].filter((place) => place !== '')
}

/** Undefined: nobody takes reports here. `enough`: this page has sent as many as it may. */
async function send(
  { reportPlaces, answer: { database } }: AnswerPagesDeps,
  { link, conversation }: OwnLinkCall,
  { places, answer }: { readonly places: readonly string[]; readonly answer: LinkedAnswer },
): Promise<PlacesHeard | 'enough' | undefined> {
  if (reportPlaces === undefined || conversation === undefined) return undefined
  const tell = await reportPlaces({
    link: link.id,
    customer: link.customer,
    conversation: link.conversation,
    language: conversation.language,
    institution: answer.institution,
    places: new Secret(places),
  })
  return await database.transaction(async (tx) => ((await countPlacesReport(tx, link.id)) ? tell(tx) : 'enough'))
}

function saySent(
  { words, request }: OwnLinkCall,
  { lookBy }: PlacesHeard,
  { bank, count }: { readonly bank: string; readonly count: number },
): Said {
  const title = words.say('wrong.doneTitle')
  const see = html`<p><a class="button" href="/me/person">${words.say('wrong.seeRequests')}</a></p>`
  if (lookBy === undefined) {
    return {
      title,
      body: html`<p>${words.say('wrong.doneUnpromised', { count, bank })}</p>
        ${see}`,
    }
  }
  const zone = readerTime.zone(fieldsOf(request.body).get('timeZone'))
  const time = readerTime.moment({ words, timeZone: zone }, lookBy)
  return {
    title,
    body: html`<p>${words.say('wrong.doneBody', { count, bank })}</p>
      <p>${words.say('wrong.doneBy', { time })}</p>
      ${see}`,
  }
}

function sayEnough(words: Words): Said {
  const body = words.say('wrong.manyBody', { count: placesReportsMax })
  return { title: words.say('wrong.manyTitle'), body: html`<p>${body}</p>` }
}

function sayNothingSent(words: Words): Said {
  return { title: words.say('wrong.noneTitle'), body: html`<p>${words.say('wrong.noneBody')}</p>` }
}
