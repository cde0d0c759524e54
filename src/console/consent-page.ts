import { html } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { listOwnBanks } from '../staff/index.ts'
import { createLastSeen, forStaff, limited, scopeOf } from '../staff-pages/index.ts'
import type { Seen } from '../staff-pages/index.ts'
import { countConsents, listConsentWeeks } from './consent-counts-store.ts'
import type { ConsentCount, ConsentWeek } from './consent-counts-store.ts'
import type { ConsoleTools } from './console-route.ts'
import type { BankName } from './cutoff-names.ts'
import { checkedAt, choice, sayFew, showConsole, table } from './show-console.ts'
import type { Reading } from './show-console.ts'
import { barChart } from './sparkline.ts'

type ConsentsShown = {
  readonly banks: readonly BankName[]
  readonly counts: readonly ConsentCount[]
  readonly weeks: readonly ConsentWeek[]
}

/** `/console/consents`: how many people share what, and how that changes; numbers alone, and no small ones. */
export function addConsentPage(scope: HttpServer, tools: ConsoleTools): void {
  const { deps } = tools
  const lastSeen = createLastSeen<ConsentsShown>(deps)
  scope.get(
    '/console/consents',
    limited,
    forStaff(tools, 'see-consents', async (call) => {
      const words = tools.words(call.request)
      const seen = await lastSeen.see(scopeOf(call), async () => {
        const { hash } = call.session
        const [banks, counts, weeks] = await Promise.all([
          listOwnBanks(deps.database, hash, 'see-consents'),
          countConsents(deps.database, hash),
          listConsentWeeks(deps.database, hash),
        ])
        return { banks, counts, weeks }
      })
      return showConsole(tools, call, {
        place: 'consents',
        title: words.say('consents.title'),
        body: showConsents({ words, deps }, seen),
      })
    }),
  )
}

function showConsents(reading: Reading, seen: Seen<ConsentsShown>): Html {
  const { words } = reading
  const { banks, counts, weeks } = seen.value
  return html`<p>${words.say('consents.body')}</p>
    ${checkedAt(reading, seen)}
    ${banks.map((bank) => {
      const own = counts.filter(({ institution }) => institution === bank.id)
      const recent = weeks.filter(({ institution }) => institution === bank.id)
      return html`<section class="card" aria-labelledby="bank-${bank.id}">
        <h2 class="first" id="bank-${bank.id}">${bank.name}</h2>
        ${own.length === 0 ? html`<p data-empty>${words.say('consents.none')}</p>` : countTable(reading, bank, own)}
        <h3>${words.say('consents.weeks')}</h3>
        ${barChart(
          words.say('consents.chart'),
          recent.map(({ given, ended }) => ({ all: given ?? 0, bad: Math.min(ended ?? 0, given ?? 0) })),
        )}
        ${table(
          words.say('consents.weeksOf', { bank: bank.name }),
          ['week', 'given', 'ended'].map((head) => words.say('consents.head', { head })),
          recent.map(({ week, given, ended }) => [week, sayFew(words, given), sayFew(words, ended)]),
        )}
      </section>`
    })}`
}

function countTable({ words }: Reading, bank: BankName, own: readonly ConsentCount[]): Html {
  return table(
    words.say('consents.tableOf', { bank: bank.name }),
    ['channel', 'purpose', 'class', 'people'].map((head) => words.say('consents.head', { head })),
    own.map((each) => [
      words.say('name.channel', { name: choice(each.channel) }),
      words.say('name.purpose', { name: choice(each.purpose) }),
      words.say('name.class', { name: choice(each.data_class) }),
      sayFew(words, each.people),
    ]),
  )
}
