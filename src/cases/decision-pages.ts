import { jobTopic } from '../platform/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { fieldsOf, handOff, html, passkeyForm, sendOnward } from '../pages/index.ts'
import { staffActs } from '../staff/index.ts'
import { forStaff, limited, limitedPasskey } from '../staff-pages/index.ts'
import { idParams, showCasePage } from './case-route.ts'
import type { CaseTools } from './case-route.ts'
import { caseActs, caseRows } from './case-store.ts'
import { sayMoment } from './case-words.ts'
import { decidedJob } from './follow-decision.ts'
import { showRefused } from './show-refused.ts'

/** The second person's yes on a page of its own: what is signed, word for word, and the passkey. */
export function addDecisionPages(scope: HttpServer, tools: CaseTools): void {
  const { deps } = tools

  scope.get(
    '/cases/acts/:id',
    limited,
    forStaff(tools, 'decide-cases', async (call) => {
      const { id } = idParams.parse(call.request.params)
      const { member, hash } = call.session
      const act = await staffActs.find(deps, id, member.id)
      if (act?.act !== 'decide-case') return showRefused(tools, call, 'staff/challenge-spent', '/cases')
      const waiting = await caseRows.findProposal(deps.database, hash, act.proposal)
      const back = `/cases/${act.case}`
      if (waiting === undefined) return showRefused(tools, call, 'cases/over', back)
      const words = tools.words(call.request)
      const title = words.say('act.title', { number: act.case })
      return showCasePage(tools, call, {
        title,
        script: 'staff',
        body: html`<h1>${title}</h1>
          <p>${words.say('act.body')}</p>
          <dl class="facts">
            <dt>${words.say('case.finding')}</dt>
            <dd>${words.say(`finding.${act.finding}`)}</dd>
            <dt>${words.say('propose.refund')}</dt>
            <dd>${words.say(`refund.${act.refund}`)}</dd>
            <dt>${words.say('act.proposed')}</dt>
            <dd>
              ${words.say('proposal.by', { login: waiting.by, time: sayMoment({ words, timeZone: deps.timeZone }, waiting.at) })}
            </dd>
          </dl>
          ${passkeyForm(words, { kind: 'get', action: `/cases/acts/${id}`, button: words.say('act.button') })}
          ${handOff(words, { hidden: true })}
          <p><a class="link" href="${back}">${words.say('act.leave')}</a></p>`,
      })
    }),
  )

  scope.post(
    '/cases/acts/:id/challenge',
    limitedPasskey,
    forStaff(tools, 'decide-cases', async ({ session, request, reply }) => {
      const options = await staffActs.begin(deps, idParams.parse(request.params).id, session.member.id)
      return options === undefined ? tools.showTrouble(request, reply, 'notFound') : reply.send(options)
    }),
  )

  scope.post(
    '/cases/acts/:id',
    limitedPasskey,
    forStaff(tools, 'decide-cases', async (call) => {
      const { id } = idParams.parse(call.request.params)
      const { member, hash } = call.session
      const response = fieldsOf(call.request.body).get('response')
      const signed = await staffActs.finish(deps, { id, member: member.id, response })
      if (!signed.ok) return showRefused(tools, call, signed.code, '/cases')
      const { act } = signed.value
      if (act.act !== 'decide-case') return showRefused(tools, call, 'cases/over', '/cases')
      const back = `/cases/${act.case}`
      const step = await deps.database.transaction(async (tx) => {
        tx.announce(jobTopic, decidedJob)
        return await caseActs.confirm(tx, hash, signed.value)
      })
      if (step !== 'decided') return showRefused(tools, call, `cases/${step}`, back)
      deps.logger.info('cases.decided', { staffId: member.id })
      return sendOnward(call.reply, `${back}?done=decided`)
    }),
  )
}
