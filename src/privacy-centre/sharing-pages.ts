import { endings, signedTerms } from '../consent/index.ts'
import type { SharedGrant } from '../consent/index.ts'
import { addNotice } from '../notices/index.ts'
import { fieldsOf, sendOnward } from '../pages/index.ts'
import { dataClasses, isInstitutionId } from '../kernel/index.ts'
import type { Purpose, TermsId } from '../kernel/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { idOf, limited } from './centre-params.ts'
import { sendDone, signedIn } from './centre-route.ts'
import { endSharing } from './end-sharing.ts'
import type { CentreTools } from './centre-route.ts'

/** Purposes that one press ends, by the names of their switches. Fraud alerts are not among them: their end takes the passkey. */
const switchedPurposes: ReadonlyMap<string, Purpose> = new Map([
  ['notices', 'notify-customer'],
  ['counted', 'service-statistics'],
])

/** What makes sharing smaller: each is one press, holds at its commit, and done twice is done once. */
export function addSharingPages(scope: HttpServer, tools: CentreTools): void {
  const { deps } = tools
  const { database } = deps.consent

  scope.post(
    '/me/sharing/:id/narrow',
    limited,
    signedIn(tools, async ({ customer, request, reply }) => {
      const id = idOf<TermsId>(request)
      const fields = fieldsOf(request.body)
      const wanted = dataClasses.find((name) => name === fields.get('class'))
      const purpose = switchedPurposes.get(fields.get('purpose') ?? '')
      if (id === undefined || (wanted === undefined && purpose === undefined)) return sendOnward(reply, '/me')
      const done = await database.transaction(async (tx) => {
        const [shared] = await signedTerms.listShared(tx, { customer, id })
        // A class that is off is off for every purpose but one: fraud alerts end by the passkey alone (P4).
        const ends = (grant: SharedGrant): boolean =>
          grant.purpose !== 'fraud-alerts' && (grant.dataClass === wanted || grant.purpose === purpose)
        const grants = shared?.grants.filter((grant) => grant.holds && ends(grant)) ?? []
        if (shared === undefined || grants.length === 0) return false
        await endings.end(tx, { customer, grants: grants.map((grant) => grant.id) }, 'narrowed')
        await addNotice(tx, { customer, kind: 'sharingNarrowed', params: { bank: shared.terms.institution } })
        return true
      })
      return sendDone(reply, '/me', done ? 'narrowed' : 'nothing')
    }),
  )

  scope.post(
    '/me/sharing/:id/lower',
    limited,
    signedIn(tools, async ({ customer, request, reply }) => {
      const id = idOf<TermsId>(request)
      const level = (['sealed', 'rounded'] as const).find((name) => name === fieldsOf(request.body).get('level'))
      if (id === undefined || level === undefined) return sendOnward(reply, '/me')
      const lowered = await signedTerms.lower(database, { customer, id, level })
      return sendDone(reply, '/me', lowered > 0 ? 'lowered' : 'nothing')
    }),
  )

  scope.post(
    '/me/sharing/end',
    limited,
    signedIn(tools, async ({ customer, request, reply }) => {
      const institution = fieldsOf(request.body).get('institution') ?? ''
      if (!isInstitutionId(institution)) return sendOnward(reply, '/me')
      const { ended, alerts } = await database.transaction((tx) => endSharing(tx, { customer, institution }))
      deps.logger.info('centre.bank-ended', { count: ended })
      if (alerts) return sendDone(reply, '/me/alerts', 'endedButAlerts')
      return sendDone(reply, '/me', ended > 0 ? 'ended' : 'nothing')
    }),
  )

  // Everything at once, without another touch of the passkey, since it only makes things safer; but for fraud alerts, which the page
  // that follows asks the passkey for.
  scope.post(
    '/me/stop',
    limited,
    signedIn(tools, async ({ customer, reply }) => {
      const { ended, alerts } = await database.transaction((tx) => endSharing(tx, { customer }))
      deps.logger.info('centre.stopped-all', { count: ended })
      if (alerts) return sendDone(reply, '/me/alerts', 'stoppedButAlerts')
      return sendDone(reply, '/me', ended > 0 ? 'stopped' : 'nothing')
    }),
  )
}
