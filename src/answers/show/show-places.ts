import { html } from '../../pages/index.ts'
import type { Html } from '../../pages/index.ts'
import type { PlacesBlock, PlaceUse } from '../block.ts'
import { daysFrom } from '../compute/days.ts'
import type { AnswerReader } from './reader.ts'
import type { BlockView } from './view.ts'
import { placeName } from './place-name.ts'
import { showMap } from './show-map.ts'

/**
 * Where a card was used: the list first, the map second. "This place is wrong" takes a place off the list and the map of this
 * page at once, without script: the style sheet knows places by their number. It can be sent on where somebody hears of it.
 */
export function showPlaces(reader: AnswerReader, block: PlacesBlock, view: BlockView): Html {
  const days = daysFrom(block.from, block.to) + 1
  const title =
    block.cardLastDigits === undefined
      ? undefined
      : html`<h2>${reader.say('say.card')} <span class="digits">•••• ${block.cardLastDigits}</span></h2>`
  const inPerson = block.places.length + block.unknown
  return html`<section class="places">
    ${title}
    <p class="muted">${reader.say('rows.period', { from: reader.day(block.from), to: reader.day(block.to) })}</p>
    ${inPerson === 0 ? html`<p class="empty">${reader.say('places.none', { days })}</p>` : undefined}
    ${block.places.length === 0 ? undefined : showList(reader, block.places, view)}
    ${showMap(reader, block.places, view.maps)}
    ${
      block.unknown === 0
        ? undefined
        : html`<p>${reader.say('places.unknown', { count: block.unknown, bank: view.document.institutionName })}</p>`
    }
    ${block.online === 0 ? undefined : html`<p>${reader.say('places.online', { count: block.online })}</p>`}
  </section>`
}

function showList(reader: AnswerReader, places: readonly PlaceUse[], { reportUrl, document }: BlockView): Html {
  const list = html`<ol class="place-list plain">
    ${places.map((place, index) => showPlace(reader, place, index + 1))}
  </ol>`
  if (reportUrl === undefined)
    return html`${list}
      <p class="muted">${reader.say('wrong.here')}</p>`
  return html`<form method="post" action="${reportUrl}" target="_blank">
    <input type="hidden" name="bank" value="${document.institution}" />
    <input type="hidden" name="timeZone" value="${reader.timeZone}" />
    ${list}
    <p class="muted">${reader.say('wrong.send')}</p>
    <button type="submit" class="quiet wrong-send">${reader.say('wrong.button')}</button>
  </form>`
}

function showPlace(reader: AnswerReader, place: PlaceUse, number: number): Html {
  const name = placeName(reader, place)
  const totals = place.totals.map((total) => reader.money(total)).join(' · ')
  return html`<li class="place">
    <span class="place-name"><span class="place-number">${number}</span> ${name}</span>
    <span class="beside">
      ${reader.say('places.uses', { count: place.count })} · ${totals} ·
      ${reader.say('places.last', { day: reader.day(place.lastDay) })}
    </span>
    <label class="wrong"
      ><input type="checkbox" class="wrong-${number}" name="place" value="${name}" /> ${reader.say('wrong.label')}<span
        class="unseen"
      >
        (${name})</span
      ></label
    >
  </li>`
}
