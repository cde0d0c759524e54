import { z } from 'zod'
import { endings } from '../consent/index.ts'
import { Fault, isInstitutionId, isUuid } from '../kernel/index.ts'
import type { CustomerId, InstitutionId } from '../kernel/index.ts'
import { addJob } from '../platform/index.ts'
import type { JobHandler, Tx } from '../platform/index.ts'
import { bankConsents } from './bank-consents-store.ts'
import type { BankLinkOf } from './bank-consents-store.ts'

/** The job that ends what the bank, asked for data, said has ended. */
const endAtBankJob = 'banks.consent-ended'

/** The answer to the question that found it out goes first: it says so in the customer's own conversation. */
const delayMs = 5_000

/** Queues the end of what rests on a consent, for the worker of login `parley_consent`. Safe to queue twice. */
export async function queueEndAtBank(tx: Tx, link: BankLinkOf, consentHash: Uint8Array): Promise<void> {
  const { customer, institution } = link
  const consent = Buffer.from(consentHash).toString('base64url')
  const key = `bank-ended:${customer}:${institution}`
  await addJob(tx, { kind: endAtBankJob, key, payload: { customer, institution, consent }, delayMs })
}

const payloadShape = z.object({
  customer: z.custom<CustomerId>((value) => typeof value === 'string' && isUuid(value)),
  institution: z.custom<InstitutionId>((value) => typeof value === 'string' && isInstitutionId(value)),
  consent: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
})

/** What the job does. A link that was made anew in the meantime rests on another consent, and is left alone. */
const endAtBank: JobHandler = (job) => {
  const read = payloadShape.safeParse(job.payload)
  if (!read.success) throw new Fault('banks/job-malformed', { retry: 'never' })
  const { consent, ...link } = read.data
  const hash = Buffer.from(consent, 'base64url')
  return Promise.resolve({
    async finish(tx) {
      const customers = await bankConsents.customersOf(tx, link.institution, hash)
      if (!customers.includes(link.customer)) return
      await endings.end(tx, link, 'bank')
      await bankConsents.forget(tx, link, hash)
    },
  })
}

/** Handlers of jobs `banks.*`, for a job runner of login `parley_consent`. */
export const bankJobs = { [endAtBankJob]: endAtBank } as const
