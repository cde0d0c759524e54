import { falsePer1000, ruleLanguage, ruleSets } from '../fraud/index.ts'
import type { Backtest, FileProblem } from '../fraud/index.ts'
import { formatMoney } from '../kernel/index.ts'
import { html } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import type { AskedChange, CountedLine, RuleVersion, ShownEntry } from '../rule-book/index.ts'
import type { StaffMember, StaffName } from '../staff/index.ts'
import { momentOf } from '../staff-pages/index.ts'
import type { ConsoleDeps } from './console-route.ts'
import type { BankName } from './cutoff-names.ts'
import { compareShadow } from './compare-shadow.ts'
import { kindWord } from './rule-act.ts'
import { showDiff } from './show-diff.ts'

/** What happened a moment ago: done, or a draft that cannot be read, as it was typed. */
export type RuleNews = {
  readonly done?: 'signed' | 'changed' | 'saved' | 'noted' | 'shadow' | undefined
  readonly file?: string
  readonly problems?: readonly FileProblem[]
}

type Reading = { readonly words: Words; readonly deps: Pick<ConsoleDeps, 'timeZone'> }

/** Everything the page of rules shows. */
export type RulesShown = {
  readonly banks: readonly BankName[]
  readonly bank: BankName | undefined
  readonly versions: readonly RuleVersion[]
  readonly changes: readonly AskedChange[]
  readonly entries: readonly ShownEntry[]
  readonly people: readonly StaffName[]
  readonly tests: ReadonlyMap<string, Backtest | undefined>
  /** What the live version and those in shadow came to, day by day. */
  readonly counts: ReadonlyMap<string, readonly CountedLine[]>
  readonly member: StaffMember
  readonly news: RuleNews
  /** Said where all of this could not be read now. */
  readonly stale: Html | undefined
}

/** What waits for a signature, every version with its next step, the lists, and the form for a new version. */
export function showRules(reading: Reading, shown: RulesShown): Html {
  const { words } = reading
  const { bank, banks, news, versions } = shown
  if (bank === undefined) return html`<p class="card" data-empty>${words.say('connectors.none')}</p>`
  const mayAct = shown.member.role === 'operator' || shown.member.role === 'analyst'
  const open = shown.changes.filter(({ doneAt }) => doneAt === undefined)
  const current = versions.find(({ state }) => state === 'live') ?? versions[0]
  return html`<p>${words.say('rules.intro')}</p>
    <p class="bank-name">${bank.name}</p>
    ${news.done !== undefined && html`<p class="note" role="status">${words.say('rules.done', { done: news.done })}</p>`}
    ${banks.length > 1 && html`<p>${banks.map(({ id, name }) => html`<a class="link" href="/console/rules?bank=${id}">${name}</a> `)}</p>`}
    ${shown.stale} ${open.map((asked) => waiting(reading, shown, asked, mayAct))}
    <h2>${words.say('rules.versions')}</h2>
    ${versions.length === 0 && html`<p class="card" data-empty>${words.say('rules.none')}</p>`}
    ${versions.map((version) => card(reading, shown, version, mayAct))}
    ${mayAct && draftForm(words, bank, news, current)}
    <h2>${words.say('rules.lists')}</h2>
    <p>${words.say('rules.listsHint')}</p>
    ${shown.entries.length === 0 && html`<p class="card" data-empty>${words.say('rules.noEntries')}</p>`}
    <ul class="plain">
      ${shown.entries.map((entry) => entryLine(reading, bank, entry, mayAct))}
    </ul>
    ${mayAct && listForm(words, bank)}`
}

function waiting({ words, deps }: Reading, shown: RulesShown, asked: AskedChange, mayAct: boolean): Html {
  const hasSigned = asked.signedBy.includes(shown.member.id)
  const names = asked.signedBy.map((id) => shown.people.find((person) => person.id === id)?.login ?? id).join(', ')
  return html`<section class="card asks">
    <p>
      ${words.say('rules.waiting', { kind: kindWord(asked.change.kind), time: momentOf(deps, words, asked.askedAt), names, count: asked.signedBy.length, needs: asked.needs })}
    </p>
    <p class="muted">${asked.change.reason}</p>
    ${mayAct && !hasSigned && html`<form method="post" action="/console/rules/changes/${asked.id}/sign"><button type="submit" class="quiet">${words.say('rules.sign')}</button></form>`}
  </section>`
}

function card({ words, deps }: Reading, shown: RulesShown, version: RuleVersion, mayAct: boolean): Html {
  const { state, set, id } = version
  const found = shown.tests.get(id)
  const liveOne = shown.versions.find((each) => each.state === 'live')
  const hasLive = liveOne !== undefined
  // What would change if it went live; of the live one and of ended ones, what changed then.
  const before = shown.versions.find((each) => each.version < version.version)
  const other = state === 'live' || state === 'ended' ? before : (liveOne ?? before)
  return html`<section class="card" aria-labelledby="v-${id}">
    <h3 class="first" id="v-${id}">
      ${words.say('rules.version', { version: version.version })}
      <span class="badge">${words.say('rules.state', { state })}</span>
    </h3>
    <p class="muted">${version.note} ${momentOf(deps, words, version.madeAt)}</p>
    <ul class="plain">
      ${set.rules.map((rule) => html`<li><b>${rule.id}</b> (${rule.version}): ${rule.sentence}</li>`)}
    </ul>
    ${found !== undefined && html`<p>${sayTest(words, found, set.currency)}</p>`}
    ${other !== undefined && showDiff(words, other.version, ruleSets.diff(other.set, set))}
    ${state === 'shadow' && liveOne !== undefined && compareShadow(words, version, shown.counts.get(liveOne.id) ?? [], shown.counts.get(id) ?? [])}
    ${mayAct && (state === 'draft' || state === 'backtested') && form(`/console/rules/${id}/backtest`, html`<label for="r-${id}">${words.say('rules.report')}</label><textarea id="r-${id}" name="report" rows="2" required></textarea>`, words.say('rules.keepReport'))}
    ${mayAct && (state === 'backtested' || state === 'shadow') && form(`/console/rules/${id}/shadow`, html``, words.say('rules.shadow', { state }))}
    ${mayAct && (state === 'shadow' || state === 'ended') && form(`/console/rules/${id}/promote`, reasonField(words, `p-${id}`), words.say('rules.promote'))}
    ${mayAct && state === 'ended' && hasLive && form(`/console/rules/${id}/roll-back`, reasonField(words, `b-${id}`), words.say('rules.rollBack'))}
  </section>`
}

function sayTest(words: Words, found: Backtest, currency: string): string {
  const { asked } = found.candidate
  return words.say('rules.found', {
    frauds: asked.frauds,
    all: found.frauds,
    value: formatMoney({ minor: BigInt(asked.fraudMinor), currency }, words.language),
    troubled: falsePer1000(asked, found).toFixed(2),
    days: found.days,
  })
}

function entryLine({ words, deps }: Reading, bank: BankName, entry: ShownEntry, mayAct: boolean): Html {
  const { id, purpose, list, key, liveFrom, until, reason } = entry
  const isLive = liveFrom !== undefined
  return html`<li>
    ${words.say('rules.entry', { purpose, list, key })}
    ${words.say('rules.until', { time: momentOf(deps, words, until), isLive: isLive ? 'yes' : 'no' })}
    <span class="muted">${reason}</span>
    ${mayAct && isLive && form(`/console/rules/entries/${id}/end`, html`${bankField(bank)}${reasonField(words, `e-${id}`)}`, words.say('rules.endEntry'))}
  </li>`
}

function listForm(words: Words, bank: BankName): Html {
  const choice = (name: 'purpose' | 'list', values: readonly string[]): Html =>
    html`<label for="l-${name}">${words.say('rules.choice', { name })}</label
      ><select id="l-${name}" name="${name}">
        ${values.map((value) => html`<option value="${value}">${words.say('rules.value', { value })}</option>`)}
      </select>`
  return form(
    '/console/rules/entries',
    html`<h3 class="first">${words.say('rules.listsAdd')}</h3>
      ${bankField(bank)}${choice('purpose', ['block', 'review', 'allow'])}${choice('list', ['merchants', 'cards', 'countries'])}<label
        for="l-key"
        >${words.say('rules.key')}</label
      ><input id="l-key" name="key" maxlength="64" required autocomplete="off" aria-describedby="l-key-hint" />
      <p class="hint" id="l-key-hint">${words.say('rules.keyHint')}</p>
      <label for="l-days">${words.say('rules.days')}</label
      ><input
        id="l-days"
        name="days"
        type="number"
        min="1"
        max="365"
        value="30"
        required
      />${reasonField(words, 'l-reason')}`,
    words.say('rules.addEntry'),
  )
}

/** What somebody who writes a first file may begin with; docs/fraud-rules.md explains each line. */
const exampleFile = `amounts in USD
ask from score 60%

trusted: allow when merchant in trusted_merchants
far-from-home: block when amount > 500 USD and country is not home_country and score > 80%`

function draftForm(words: Words, bank: BankName, { file, problems }: RuleNews, current: RuleVersion | undefined): Html {
  const text = file ?? (current === undefined ? '' : ruleLanguage.printFile(current.set))
  return html`<h2 id="new">${words.say('rules.newTitle')}</h2>
    ${
      problems !== undefined &&
      html`<div class="note danger" role="alert">
        <ul class="plain">
          ${problems.slice(0, 20).map((problem) => html`<li>${problem.line}:${problem.column} ${ruleLanguage.say(problem)}</li>`)}
        </ul>
      </div>`
    }
    ${form(
      '/console/rules',
      html`${bankField(bank)}<label for="d-file">${words.say('rules.file')}</label>
        <p class="hint" id="d-hint">${words.say('rules.completeHint')}</p>
        ${
          text === '' &&
          html`<details>
            <summary>${words.say('rules.example')}</summary>
            <pre class="document">${exampleFile}</pre>
          </details>`
        }
        <div class="editor">
          <textarea
            id="d-file"
            aria-describedby="d-hint"
            data-complete="/console/rules/complete"
            data-completions="${words.say('rules.completions')}"
            name="file"
            rows="12"
            spellcheck="false"
            required
          >
${text}</textarea>
        </div>
        <label for="d-note">${words.say('rules.note')}</label><input id="d-note" name="note" maxlength="280" />`,
      words.say('rules.save'),
    )}`
}

function form(action: string, fields: Html, button: string): Html {
  return html`<form method="post" action="${action}" class="after-field">
    ${fields}<button type="submit" class="quiet">${button}</button>
  </form>`
}

function bankField({ id }: BankName): Html {
  return html`<input type="hidden" name="bank" value="${id}" />`
}

function reasonField(words: Words, id: string): Html {
  return html`<label for="${id}">${words.say('form.reason')}</label
    ><input id="${id}" name="reason" minlength="10" maxlength="280" required autocomplete="off" />`
}
