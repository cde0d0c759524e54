import type { SharedTerms } from '../consent/index.ts'
import { html, readerTime } from '../pages/index.ts'
import type { Html, Reader } from '../pages/index.ts'
import { toInstant } from '../kernel/index.ts'
import { alertsOf, classesOf, countedOf, noticesOf } from './list-sharing.ts'
import type { BankSharing } from './list-sharing.ts'

/** Who may ask: one card a bank, in it each channel with a switch for each class of data. */
export function showSharing(reader: Reader, sharing: readonly BankSharing[]): Html {
  const { words } = reader
  if (sharing.length === 0) {
    return html`<p>${words.say('sharing.none')}</p>
      <p class="muted">${words.say('sharing.noneHow')}</p>`
  }
  return html`${sharing.map((bank) => showBank(reader, bank))}`
}

function showBank(reader: Reader, bank: BankSharing): Html {
  const { words } = reader
  const heading = `bank-${bank.institution}`
  return html`<section class="card bank-card" aria-labelledby="${heading}">
    <h3 id="${heading}">${bank.name}</h3>
    ${bank.terms.map((shared) => showTerms(reader, shared, bank.name))}
    <form method="post" action="/me/sharing/end" class="end">
      <input type="hidden" name="institution" value="${bank.institution}" />
      <button type="submit" class="danger">${words.say('sharing.end', { bank: bank.name })}</button>
    </form>
  </section>`
}

function showTerms(reader: Reader, shared: SharedTerms, bank: string): Html {
  const { words } = reader
  const { terms, level } = shared
  const channel = words.say(`channel.${terms.channel}`)
  const until = readerTime.day(reader, toInstant(Date.parse(terms.expiresAt)))
  return html`<div class="sharing">
    <p class="who"><strong>${channel}</strong> <span class="muted">${words.say('sharing.until', { until })}</span></p>
    <p class="muted">
      ${words.say('sharing.accounts', { count: terms.accounts.length })}. ${purposesOf(reader, shared)}
    </p>
    <ul class="switches" aria-label="${words.say('sharing.switches', { channel, bank })}">
      ${classesOf(shared).map(({ name, on }) => showSwitch(reader, shared, { field: 'class', name, label: words.say(`class.${name}`), on }))}
      ${showSwitch(reader, shared, { field: 'purpose', name: 'notices', label: words.say('notices.label'), on: noticesOf(shared) })}
      ${showAlertsSwitch(reader, shared)}
      ${showSwitch(reader, shared, { field: 'purpose', name: 'counted', label: words.say('counted.label'), on: countedOf(shared) })}
    </ul>
    <p class="level">
      <span class="muted">${words.say('sharing.level', { channel })}</span> ${words.say(`level.${level}`)}
    </p>
    ${showLower(reader, shared)}
    <p>
      <a class="link" href="/me/sharing/${terms.id}"
        >${words.say('sharing.change')}<span class="unseen"> (${bank}, ${channel})</span></a
      >
    </p>
  </div>`
}

function purposesOf(reader: Reader, shared: SharedTerms): string {
  const names = [...new Set(shared.grants.filter(({ holds }) => holds).map(({ purpose }) => purpose))]
  return names.map((name) => reader.words.say(`purpose.${name}`)).join(' ')
}

type Switch = {
  /** How the form that turns it off calls it. */
  readonly field: 'class' | 'purpose'
  readonly name: string
  readonly label: string
  readonly on: boolean
}

// Off is one press and holds at once. On again is a new signature, so it leads to the page where that is given.
function showSwitch(reader: Reader, shared: SharedTerms, { field, name, label, on }: Switch): Html {
  const { words } = reader
  if (!on) {
    return html`<li class="switch-row">
      <span>${label}</span
      ><a class="switch-off" href="/me/sharing/${shared.terms.id}?add=${name}"
        ><span class="track" aria-hidden="true"></span>${words.say('switch.off')}<span class="unseen"
          >: ${words.say('switch.turnOn', { what: label })}</span
        ></a
      >
    </li>`
  }
  return html`<li class="switch-row">
    <span id="class-${shared.terms.id}-${name}">${label}</span>
    <form method="post" action="/me/sharing/${shared.terms.id}/narrow">
      <input type="hidden" name="${field}" value="${name}" />
      <button
        type="submit"
        role="switch"
        aria-checked="true"
        class="switch"
        aria-labelledby="class-${shared.terms.id}-${name}"
      >
        <span class="track" aria-hidden="true"></span>${words.say('switch.on')}
      </button>
    </form>
  </li>`
}

// Both directions take the passkey: off is on a page of its own, with what it means.
function showAlertsSwitch(reader: Reader, shared: SharedTerms): Html {
  const { words } = reader
  const label = words.say('alerts.label')
  if (!alertsOf(shared)) return showSwitch(reader, shared, { field: 'purpose', name: 'alerts', label, on: false })
  return html`<li class="switch-row">
    <span>${label}</span
    ><a class="switch-on" href="/me/alerts"
      ><span class="track" aria-hidden="true"></span>${words.say('switch.on')}<span class="unseen"
        >: ${words.say('switch.turnOff', { what: label })}</span
      ></a
    >
  </li>`
}

const lower = { full: ['rounded', 'sealed'], rounded: ['sealed'], sealed: [] } as const

// Less is one press; more is a signature.
function showLower(reader: Reader, shared: SharedTerms): Html | undefined {
  const levels = lower[shared.level]
  if (levels.length === 0) return undefined
  return html`<div class="buttons">
    ${levels.map(
      (level) =>
        html`<form method="post" action="/me/sharing/${shared.terms.id}/lower">
          <input type="hidden" name="level" value="${level}" />
          <button type="submit" class="quiet small">${reader.words.say(`lower.${level}`)}</button>
        </form>`,
    )}
  </div>`
}
