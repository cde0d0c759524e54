import { z } from 'zod'
import type { BankCardUse } from '../../setup/bank-control.ts'
import { eventually } from '../../setup/eventually.ts'
import type { TestPerson } from '../../setup/link-person.ts'
import type { ParleyProcesses } from '../../setup/parley-processes.ts'
import { notMe, questionsSince } from './find-questions.ts'

const alertRow = z.object({
  id: z.string(),
  state: z.string(),
  events: z.array(z.string()),
  case_number: z.string().nullable(),
})
const labelRow = z.object({ event: z.string(), is_fraud: z.boolean(), source: z.string() })
const casesRow = z.object({ open: z.string(), named: z.string() })
const countRow = z.object({ count: z.string() })

/** Labels reach features within so long. */
const labelWithinMs = 5_000

/** Everything that must be so after "Not me", whatever was killed meanwhile. Gives what is not. */
export async function checkCase(
  parley: ParleyProcesses,
  of: {
    readonly person: TestPerson
    readonly uses: readonly BankCardUse[]
    readonly before: { readonly messages: number; readonly acts: number }
  },
): Promise<readonly string[]> {
  const questions = await questionsSince(parley, of.person, of.before.messages)
  const ids = new Set(questions.map(({ metadata }) => metadata))
  const alertId = alertOf(questions[0]?.shown.buttons.find(({ title }) => title === notMe)?.payload)
  const alert = await parley.admin.maybe(
    alertRow,
    `SELECT id::text, state, events::text[], case_number FROM alerts.fraud_alert WHERE id = $1`,
    [alertId ?? null],
  )
  const acts = (await parley.bankControl.cardActs()).slice(of.before.acts)
  const account = of.uses[0]?.accountId
  const labels = await parley.admin.rows(
    labelRow,
    'SELECT event::text, is_fraud, source FROM alerts.label WHERE event = ANY ($1::uuid[])',
    [alert?.events ?? []],
  )
  // A customer's matters of one day are one case (docs/desk.md): whatever was asked before, none was opened twice.
  const cases = await parley.admin.one(
    casesRow,
    `SELECT count(*)::text AS open, count(*) FILTER (WHERE c.number = a.case_number)::text AS named FROM alerts.fraud_alert a
     JOIN desk.fraud_case c ON c.customer = a.customer AND c.kind = 'fraud' AND c.closed_at IS NULL WHERE a.id = $1`,
    [alertId ?? null],
  )
  const wrong = (holds: boolean, what: string): readonly string[] => (holds ? [] : [what])
  return [
    ...wrong(ids.size === 1, `${ids.size} questions`),
    ...wrong(questions.length === ids.size, `a question came ${questions.length} times`),
    ...wrong(alert?.state === 'protected', `the alert is ${alert?.state ?? 'not there'}`),
    ...wrong(
      alert?.events.length === of.uses.length,
      `${alert?.events.length ?? 0} of ${of.uses.length} uses in the alert`,
    ),
    ...wrong(
      acts.length === 1 && acts[0]?.status === 'FROZEN' && acts[0].accountId === account,
      `the bank did ${JSON.stringify(acts.map(({ status }) => status))}`,
    ),
    ...wrong(cases.open === '1' && cases.named === '1', `${cases.open} cases, ${cases.named} of them named`),
    ...wrong(
      labels.length === of.uses.length && labels.every(({ is_fraud: isFraud }) => isFraud),
      `labels ${JSON.stringify(labels.map(({ is_fraud: isFraud, source }) => [isFraud, source]))}`,
    ),
    ...(await labelsFed(parley)),
  ]
}

/** The alert that a button's payload names. */
function alertOf(payload: string | undefined): string | undefined {
  return /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(payload ?? '')?.[0]
}

/** A process reads all labels at its start, and each that commits: it must have given its features as many as there are rows. */
async function labelsFed(parley: ParleyProcesses): Promise<readonly string[]> {
  let last = ''
  return await eventually(
    'labels reach the features',
    async () => {
      const { count } = await parley.admin.one(countRow, 'SELECT count(*)::text FROM alerts.label')
      const authorization = `Bearer ${parley.secrets.metricsToken}`
      const metrics = await (await fetch(`${parley.addresses.gateway}/metrics`, { headers: { authorization } })).text()
      const fed = /^parley_fraud_labels_fed_total (\d+)$/m.exec(metrics)?.[1] ?? 'none'
      last = `${fed} of ${count} labels reached the features`
      return fed === count
    },
    labelWithinMs,
  ).then(
    () => [],
    () => [last],
  )
}
