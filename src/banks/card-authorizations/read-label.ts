import { z } from 'zod'
import type { Instant } from '../../kernel/index.ts'
import { machineName, partsOf, readJson, readMoment, unreadable } from './read-event.ts'
import type { Reading } from './read-event.ts'

/** What a bank found out about a use of a card, before it is known whose card it is. */
export type CardLabel = {
  /** The reference under which the use was sent. */
  readonly reference: string
  readonly accountId: string
  readonly isFraud: boolean
}

const labelShape = z.object({
  v: z.literal(1),
  reference: machineName,
  account: machineName,
  fraud: z.boolean(),
  at: z.iso.datetime({ offset: true }),
})

/** Reads one label, alone or in a line. When the bank found it is checked and goes no further: what counts is when it arrived. */
export function readLabel(bytes: Uint8Array, now: Instant): Reading<CardLabel> {
  const json = readJson(bytes)
  if (!json.ok) return json
  const read = labelShape.safeParse(json.value)
  if (!read.success) return unreadable(partsOf(read.error))
  const { reference, account, fraud, at } = read.data
  if (readMoment(Date.parse(at), now) === undefined) return unreadable([{ at: '/at', rule: 'time' }])
  return { ok: true, value: { reference, accountId: account, isFraud: fraud } }
}
