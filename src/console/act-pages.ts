import { z } from 'zod'
import { cutoffs } from '../consent/index.ts'
import type { Cutoff } from '../consent/index.ts'
import type { StaffAct } from '../kernel/index.ts'
import { fieldsOf, handOff, html, passkeyForm, sendOnward } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { listOwnBanks, staffActs } from '../staff/index.ts'
import { forStaff, limited, limitedPasskey, momentOf, type StaffCall, staffFrame } from '../staff-pages/index.ts'
import { carryOut } from './carry-out.ts'
import type { ConsoleTools } from './console-route.ts'
import { coversOf, nameOf } from './cutoff-names.ts'
import type { BankName } from './cutoff-names.ts'
import { ruleActBody } from './rule-act.ts'
import { showRefused } from './show-refused.ts'

const actParams = z.object({ id: z.uuid() })

/** One act on a page of its own: what will happen, word for word what is signed, and the passkey. */
export function addActPages(scope: HttpServer, tools: ConsoleTools): void {
  const { deps } = tools

  scope.get(
    '/console/acts/:id',
    limited,
    forStaff(tools, 'sign-acts', async (call) => {
      const { session, request, reply } = call
      const { id } = actParams.parse(request.params)
      const act = await staffActs.find(deps, id, session.member.id)
      // A decision of a case is signed on the pages of cases.
      if (act === undefined || act.act === 'decide-case')
        return showRefused(tools, call, 'staff/challenge-spent', '/console/cutoffs')
      const words = tools.words(request)
      const [list, banks] = await Promise.all([
        cutoffs.list(deps.database, session.hash),
        listOwnBanks(deps.database, session.hash, 'sign-acts'),
      ])
      const shown =
        act.act === 'cut-off'
          ? cutOffBody(words, banks, act)
          : act.act === 'lift'
            ? liftBody(tools, call, { banks, list, act })
            : await ruleActBody(tools, call, { banks, act })
      if (shown === undefined) return showRefused(tools, call, 'consent/over', backOf(act))
      return tools.show(request, reply, {
        title: shown.title,
        script: 'staff',
        style: 'staff',
        ...staffFrame(call, undefined),
        body: html`<h1>${shown.title}</h1>
          ${shown.body} ${passkeyForm(words, { kind: 'get', action: `/console/acts/${id}`, button: shown.button })}
          ${handOff(words, { hidden: true })}
          <p><a class="link" href="${backOf(act)}">${words.say('act.leave')}</a></p>`,
      })
    }),
  )

  scope.post(
    '/console/acts/:id/challenge',
    limitedPasskey,
    forStaff(tools, 'sign-acts', async ({ session, request, reply }) => {
      const options = await staffActs.begin(deps, actParams.parse(request.params).id, session.member.id)
      return options === undefined ? tools.showTrouble(request, reply, 'notFound') : reply.send(options)
    }),
  )

  scope.post(
    '/console/acts/:id',
    limitedPasskey,
    forStaff(tools, 'sign-acts', async (call) => {
      const { session, request, reply } = call
      const { id } = actParams.parse(request.params)
      const response = fieldsOf(request.body).get('response')
      const signed = await staffActs.finish(deps, { id, member: session.member.id, response })
      if (!signed.ok) return showRefused(tools, call, signed.code, '/console/cutoffs')
      const done = await carryOut(deps, signed.value)
      const back = backOf(signed.value.act)
      if (!done.ok) return showRefused(tools, call, done.code, back)
      return sendOnward(reply, `${back}?done=${done.value}`)
    }),
  )
}

function backOf({ act }: StaffAct): string {
  return act === 'change-rules' ? '/console/rules' : '/console/cutoffs'
}

type Shown = { readonly title: string; readonly body: Html; readonly button: string }

function cutOffBody(words: Words, banks: readonly BankName[], act: Extract<StaffAct, { act: 'cut-off' }>): Shown {
  const name = nameOf(words, banks, act)
  return {
    title: words.say('act.cutTitle', { name }),
    button: words.say('act.cutButton', { name }),
    body: html`<p>${coversOf(words, act)} ${words.say('act.cutBody')}</p>
      <dl class="facts">
        <dt>${words.say('card.reason')}</dt>
        <dd>${act.reason}</dd>
      </dl>`,
  }
}

function liftBody(
  { deps, words: wordsFor }: ConsoleTools,
  { request, session }: StaffCall,
  known: {
    readonly list: readonly Cutoff[]
    readonly banks: readonly BankName[]
    readonly act: Extract<StaffAct, { act: 'lift' }>
  },
): Shown | undefined {
  const words = wordsFor(request)
  const cutoff = known.list.find(({ id, liftedAt }) => id === known.act.cutoff && liftedAt === undefined)
  if (cutoff === undefined) return undefined
  const step = cutoff.lifts.some(({ staff }) => staff !== session.member.id) ? 'second' : 'first'
  const name = nameOf(words, known.banks, cutoff)
  return {
    title: words.say('act.liftTitle', { name }),
    button: words.say('act.liftButton', { step }),
    body: html`<p>${words.say('act.liftBody', { step })}</p>
      <dl class="facts">
        <dt>${words.say('card.since')}</dt>
        <dd>${momentOf(deps, words, cutoff.cutAt)}</dd>
        <dt>${words.say('card.reason')}</dt>
        <dd>${cutoff.reason}</dd>
      </dl>`,
  }
}
