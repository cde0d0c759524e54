import { conversations } from '../channels/index.ts'
import { caseJobs } from '../cases/index.ts'
import { closeQuestions } from '../chat/index.ts'
import type { GatewayConfig } from '../config.ts'
import { deskJobs } from '../desk/index.ts'
import { erasureJobs, erasureRetry, messageWaitMs } from '../erasure/index.ts'
import { type JobRunner, createJobRunner, systemClock, systemRandom } from '../platform/index.ts'
import { alertsEndingJobs, platformRequestJobs, revocationJobs, revocationRetry } from '../revocation/index.ts'
import { createConsentRunner } from './create-consent-runner.ts'
import type { Whole } from './build-modules.ts'
import type { Eyes, Logins } from './open-logins.ts'

// Sends wait for the messenger, not for this machine: more of them than of answers may be under way.
const sendersPerWorker = 2
// One bank that answers slowly must not hold up the others' endings.
const revocationWorkers = 8
// People's other ids are asked for, and keys of forgotten conversations destroyed: few at a time, none of it urgent.
const messengerWorkers = 4
// Erasures mostly wait: for banks, and for the keystore's disk.
const erasureWorkers = 8
// Deadlines and leases: each is a glance at one row.
const deskWorkers = 2
// Looks that nobody waits for: few at a time, so that they never crowd out questions at a bank.
const notifyWorkers = 2
// Browsers' push services: outside, and any of them may be slow; they have their own workers, so that no question waits for one.
const pushWorkers = 8
// Runners whose jobs nobody waits for in a chat; what a worker that was killed had in hand is theirs this much later.
const calmTickMs = 250

/** Who does which kind of job, under which login; none is started yet. */
export function createRunners(
  config: GatewayConfig,
  { logger, metrics, origin }: Eyes,
  { databases, keystores }: Logins,
  { modules, without }: Whole,
): readonly JobRunner[] {
  const { sender, messenger, chat, telling, receipts, log, banksToTell, desk, notify, alerts } = modules
  const random = systemRandom
  const ambient = { clock: systemClock, random, logger, metrics }
  return [
    createJobRunner(
      { ...ambient, database: databases.channel },
      {
        handlers: { send: sender.send },
        onDead: sender.giveUp,
        concurrency: config.workers * sendersPerWorker,
      },
    ),
    // Beside the sender's: asking who is who never holds a message up.
    createJobRunner(
      { ...ambient, database: databases.channel },
      {
        handlers: { ...messenger.jobs, ...conversations.jobs(keystores.channel) },
        retry: revocationRetry,
        concurrency: messengerWorkers,
        tickMs: calmTickMs,
      },
    ),
    createJobRunner(
      { ...ambient, database: databases.answer },
      { handlers: chat.handlers, onDead: chat.giveUp, concurrency: config.workers },
    ),
    ...(without.has('consent') ? [] : [createConsentRunner({ logger, metrics, origin }, telling)]),
    createJobRunner(
      { ...ambient, database: databases.revoker },
      {
        handlers: {
          ...alertsEndingJobs,
          ...platformRequestJobs({ database: databases.revoker, keystore: keystores.revoke, receipts }),
          ...revocationJobs({
            database: databases.revoker,
            keystore: keystores.revoke,
            random,
            logger,
            promises: log.promisesFor(databases.revoker),
            receipts,
            revokeAtBank: async (permit) => (await banksToTell.links.revoke(permit)).outcome,
            closeQuestions,
          }),
        },
        retry: revocationRetry,
        concurrency: revocationWorkers,
        tickMs: calmTickMs,
      },
    ),
    createJobRunner(
      { ...ambient, database: databases.eraser },
      {
        handlers: erasureJobs({
          database: databases.eraser,
          keystore: keystores.erase,
          receipts,
          logger,
          waits: { bankMs: config.erasure.bankWaitMinutes * 60_000, messageMs: messageWaitMs },
          databaseBackupDays: config.erasure.databaseBackupDays,
        }),
        retry: erasureRetry,
        concurrency: erasureWorkers,
        tickMs: calmTickMs,
      },
    ),
    createJobRunner(
      { ...ambient, database: databases.service },
      { handlers: deskJobs(desk), concurrency: deskWorkers, tickMs: calmTickMs },
    ),
    createJobRunner(
      { ...ambient, database: databases.notify },
      { handlers: notify.handlers, concurrency: notifyWorkers, tickMs: calmTickMs },
    ),
    createJobRunner(
      { ...ambient, database: databases.fraud },
      {
        handlers: {
          ...alerts.handlers,
          ...(config.push === undefined ? alerts.pushHandlers : {}),
          ...caseJobs({ database: databases.fraud, keystore: keystores.fraud, random, publicUrl: config.publicUrl }),
        },
        concurrency: config.workers,
      },
    ),
    ...(config.push === undefined
      ? []
      : [
          createJobRunner(
            { ...ambient, database: databases.fraud },
            { handlers: alerts.pushHandlers, concurrency: pushWorkers, tickMs: calmTickMs },
          ),
        ]),
  ]
}
