// Whatever somebody else can name or write (a shop, a bank's notice, a customer, a colleague) stays text wherever it is shown. 500 strings in each place.
import { describe, expect, test } from 'vitest'
import { cleanText } from '../../src/answers/clean-text.ts'
import { consoleWords } from '../../src/console/console-words.ts'
import { showAudit } from '../../src/console/show-audit.ts'
import { showConnectors } from '../../src/console/show-connectors.ts'
import { showIncidents } from '../../src/console/show-incidents.ts'
import { showOverview } from '../../src/console/overview-page.ts'
import { showRules } from '../../src/console/show-rules.ts'
import { barChart } from '../../src/console/sparkline.ts'
import { staffText } from '../../src/console/staff-text.ts'
import { deskPageWords } from '../../src/desk/desk-page-words.ts'
import { shownText } from '../../src/desk/shown-text.ts'
import { showTalk } from '../../src/desk/show-talk.ts'
import { Secret, success, toInstant } from '../../src/kernel/index.ts'
import { html } from '../../src/pages/index.ts'
import { writeCsv } from '../../src/privacy-centre/write-csv.ts'
import { hostileStrings } from '../setup/hostile-strings.ts'

const strings = hostileStrings()
const harmless = 'HARMLESS'
const words = consoleWords.for('en-US')
const reading = { words, deps: { timeZone: 'UTC' } }
const at = toInstant(0)
const bankOf = (name: string) => ({ id: 'first-valley', name })
const member = { id: 'm', login: 'olivia', role: 'operator', institutions: undefined, platform: undefined, removedAt: undefined } // prettier-ignore

/** A page or a part of one, made from a string that somebody else chose. A new place is one line here. */
const pages: Readonly<Record<string, (text: string) => string>> = {
  'a page’s text and attribute': (text) => String(html`<h1 title="${text}">${text}</h1>`),
  'a bank’s name among connectors': (text) => String(showConnectors(reading, { checkedAt: at, isStale: false, value: { banks: [bankOf(text)], connections: [], hours: [], budgets: [], cut: [], health: new Map() } } as never)), // prettier-ignore
  'a line of the overview': (text) =>
    String(
      showOverview(
        reading,
        [{ what: 'incidents', found: [text], href: '/console', action: 'see-overview' }],
        () => true,
      ),
    ),
  'an audit row': (text) => String(showAudit(reading, { banks: [bankOf(text)], filter: {}, looks: [], rows: [{ seq: 1n, id: 'i', at, event: 'opened', customer: 'abcdef0123', institution: 'first-valley', channel: 'messenger', data_class: 'balance', purpose: 'answer-customer', level: null, place: null, proof: 'merged' }] } as never)), // prettier-ignore
  'the filter of the record': (text) => String(showAudit(reading, { banks: [], filter: { customer: text, entry: text }, looks: [], rows: [] })), // prettier-ignore
  'an incident’s title and text': (text) => String(showIncidents(reading, { banks: [], member, incidents: [{ id: 'i', institution: null, title: text, what: text, since: at, opened_at: at, opened_by: 'olivia', resolved_at: null, resolved_by: null }], notes: [{ incident: 'i', at, login: 'olivia', note: text }], suggested: [], draft: { bank: '', title: text, what: text, minutes: '0', isWrong: true }, done: undefined } as never)), // prettier-ignore
  'an entry of a list and its reason': (text) => String(showRules(reading, { banks: [bankOf(text)], bank: bankOf(text), versions: [], changes: [], people: [], tests: new Map(), counts: new Map(), member, news: { file: text, problems: [] }, entries: [{ id: 'e', purpose: 'block', list: 'merchants', key: text, reason: text, liveFrom: at, until: at }] } as never)), // prettier-ignore
  'text for who does not see a picture': (text) => String(barChart(text, [{ all: 2, bad: 1 }])),
  'a conversation at the desk': (text) => String(showTalk({ words: deskPageWords.for('en-US'), timeZone: 'UTC' }, { open: { handover: 'h', because: 'asked', institutionName: text, conversation: { language: 'en' }, askedAt: at, leaseUntil: at, customer: 'c', question: new Secret(text), thread: [{ by: 'customer', at, carried: 'chat', text: new Secret(text) }], fraudCase: undefined }, beside: {}, notes: [{ by: 'tess', at, text, onReturn: false }], leaves: [], suggestions: [], draft: text } as never)), // prettier-ignore
}

/** What a page may make of a string: the five characters of markup as entities; and nothing else of it. */
function inText(text: string): string {
  return text.replace(
    /[&<>"']/g,
    (mark) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[mark] ?? mark,
  )
}

describe('threat 23: hostile names and messages are inert', () => {
  test('there are 500 different ones', () => {
    expect(strings.length).toBeGreaterThanOrEqual(500)
    expect(new Set(strings).size).toBe(strings.length)
  })

  test.each(Object.entries(pages))('%s is the same markup whatever the string is', (_place, show) => {
    const calm = show(harmless)
    expect(calm).toContain(harmless)
    // Nowhere where a browser takes a text for an address, a style or a script.
    expect(calm).not.toMatch(/(?:href|src|action|style|srcdoc|on[a-z]+)="[^"]*HARMLESS/)
    for (const text of strings) {
      const made = show(text)
      const wanted = calm.replaceAll(harmless, () => inText(text))
      // Some places make what cannot be seen visible, or leave white space at the ends away: nothing else may differ.
      const isSame = [wanted, calm.replaceAll(harmless, () => inText(text.trim()))].some(
        (each) => each === made || shownText.inert(each) === shownText.inert(made),
      )
      // Compared without a picture of the difference: a failure names the string.
      if (!isSame) expect.fail(`changed the page: ${JSON.stringify(text.slice(0, 80))}`)
    }
  })

  test('JSON: comes back as it went in, and cannot end a script element', () => {
    for (const text of strings) {
      const made = JSON.stringify({ text }).replaceAll('<', '\\u003c')
      expect(JSON.parse(made)).toEqual({ text })
      expect(made.includes('</')).toBe(false)
    }
  })

  test('CSV: one cell each, and no formula for a spreadsheet', () => {
    for (const text of strings) {
      const csv = writeCsv([{ name: text, checkedAt: at, accounts: undefined } as never])
      const [, cell = ''] = /\r\n("(?:[^"]|"")*"|[^,"\r\n]*),/.exec(csv) ?? []
      const value = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell
      expect([text, `'${text}`]).toContain(value)
      expect(value).not.toMatch(/^[=+\-@\t\r]/)
    }
  })

  test('a shop’s name in an answer: one line of visible characters that runs in one direction', () => {
    for (const text of strings) {
      const name = cleanText(text)
      expect(name).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      expect([...name].length).toBeLessThanOrEqual(80)
    }
  })

  test('what staff write for colleagues: no character that hides or turns other words, and never longer than its field', () => {
    for (const text of strings) {
      const kept = staffText(text)
      expect(kept).not.toMatch(/[^\P{C}\n]/u)
      expect(staffText(kept)).toBe(kept)
    }
  })

  test('a title of a page or a subject of a message: no line of its own', () => {
    for (const text of strings) expect(cleanText(text)).not.toMatch(/[\r\n]/)
    expect(success(1).ok).toBe(true)
  })
})
