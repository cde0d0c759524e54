import { caseRows } from '../cases/index.ts'
import { answerLinks } from '../answers/index.ts'
import { conversations, inbound, platformRequests, sentMessages } from '../channels/index.ts'
import { sweepQuestions } from '../chat/index.ts'
import { endings, sealedAnswers } from '../consent/index.ts'
import { sweepAuditLooks } from '../console/index.ts'
import { sessions, sweepChallenges } from '../customers/index.ts'
import { sweepDesk } from '../desk/index.ts'
import { sweepErasures } from '../erasure/index.ts'
import { sweepLinks } from '../linking/index.ts'
import { startSweeping, systemClock, systemRandom } from '../platform/index.ts'
import { pushRoutes } from '../push/index.ts'
import { remindOfExpiry, sweepEndings } from '../revocation/index.ts'
import { ruleEntries } from '../rule-book/index.ts'
import { staffEvents, staffSessions, staffSignIn } from '../staff/index.ts'
import { releaseCounts, releaseStore } from '../stats/index.ts'
import type { Modules } from './build-modules.ts'
import type { Eyes, Logins } from './open-logins.ts'
import type { PartName } from './parts.ts'

// Somebody who wrote once and never linked a bank: what a season of silence leaves is no conversation any more.
const strangerDays = 90
// A messenger repeats a delivery for a day and a half at most; ids of handled messages are known for two days.
const handledMessages = { olderThanHours: 48, limit: 5_000 }

/** What is looked at again and again: what ran out goes, what is due begins. */
export function startSweeps(
  { logger }: Eyes,
  { databases }: Logins,
  modules: Modules,
  without: ReadonlySet<PartName> = new Set(),
): ReturnType<typeof startSweeping> {
  const { alerts, bankNotices, banks, cardEvents, desk, messenger, notify } = modules
  return startSweeping({ clock: systemClock, logger }, [
    { name: 'bank-notices', run: () => bankNotices.sweep() },
    { name: 'card-events', run: () => cardEvents.sweep() },
    { name: 'sealed-answers', run: () => sealedAnswers.sweep(databases.answer) },
    { name: 'chat-questions', run: () => sweepQuestions(databases.answer) },
    { name: 'answer-links', run: () => answerLinks.sweep(databases.answer) },
    { name: 'handled-messages', run: () => inbound.forgetHandled(databases.channel, handledMessages) },
    { name: 'links', run: () => sweepLinks(databases.consent) },
    { name: 'endings', run: () => sweepEndings(databases.revoker) },
    { name: 'expiry-reminders', run: () => remindOfExpiry(databases.revoker) },
    { name: 'alerts-endings', run: () => endings.alerts.sweep(databases.revoker) },
    { name: 'push-routes', run: () => pushRoutes.sweep(databases.revoker) },
    { name: 'people-to-map', run: () => messenger.mapPeople() },
    { name: 'sent-messages', run: () => sentMessages.sweep(databases.channel) },
    { name: 'held-digits', run: () => conversations.sweepHeldDigits(databases.channel) },
    { name: 'platform-requests', run: () => platformRequests.sweep(databases.channel) },
    {
      name: 'strangers',
      run: () => databases.channel.transaction((tx) => conversations.forgetStrangers(tx, strangerDays)),
    },
    { name: 'call-counts', run: () => banks.sweepCallCounts() },
    { name: 'erasures', run: () => sweepErasures(databases.eraser) },
    { name: 'challenges', run: () => sweepChallenges(databases.consent) },
    { name: 'sessions', run: () => sessions.sweep(databases.consent) },
    { name: 'staff-events', run: () => staffEvents.sweep(databases.console) },
    { name: 'staff-challenges', run: () => staffSignIn.sweep(databases.console) },
    { name: 'desk', run: () => sweepDesk(desk) },
    { name: 'notice-turns', run: () => notify.takeTurns() },
    { name: 'told-news', run: () => notify.sweep() },
    { name: 'fraud-alerts', run: () => alerts.sweep() },
    ...(without.has('statistics')
      ? []
      : [
          { name: 'statistics', run: () => releaseCounts({ database: databases.statistics, random: systemRandom }) },
          { name: 'statistics-rows', run: () => releaseStore.sweep(databases.statistics) },
        ]),
    { name: 'case-exports', run: () => caseRows.sweep(databases.console) },
    { name: 'rule-book', run: () => ruleEntries.sweep(databases.console) },
    { name: 'audit-looks', run: () => sweepAuditLooks(databases.console) },
    { name: 'staff-sessions', run: () => staffSessions.sweep(databases.console) },
  ])
}
