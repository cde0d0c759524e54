import type { FastifyReply } from 'fastify'
import { addNotice } from '../notices/index.ts'
import { fieldsOf, html, passkeyForm } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { limited, limitedPasskey } from './centre-params.ts'
import { sendDone, showCentre, signedIn } from './centre-route.ts'
import type { Call, CentreTools } from './centre-route.ts'
import { beginAct, finishAct } from './fresh-passkey.ts'
import { phraseCharactersMax } from './phrase-store.ts'
import { readPhrase } from './phrase-words.ts'
import type { PhraseProblem } from './phrase-words.ts'
import { showPasskeyRefused } from './show-passkey-refused.ts'

/** The words by which the customer knows our pages: chosen with the passkey, shown only after it. */
export function addPhrasePages(scope: HttpServer, tools: CentreTools): void {
  const { deps } = tools

  scope.get(
    '/me/phrase',
    limited,
    signedIn(tools, async (call) => showPhrasePage(tools, call, undefined)),
  )
  scope.post(
    '/me/phrase/challenge',
    limitedPasskey,
    signedIn(tools, (call) => beginAct(tools, call, 'phrase')),
  )
  scope.post(
    '/me/phrase',
    limitedPasskey,
    signedIn(tools, async (call) => {
      const { customer, request, reply } = call
      const fields = fieldsOf(request.body)
      const isGone = fields.get('act') === 'remove'
      const phrase = readPhrase(fields.get('phrase'))
      const approved = await finishAct(tools, call, 'phrase')
      if (!approved.ok) return showPasskeyRefused(tools, request, reply, approved.code)
      if (!isGone && !phrase.ok) return showPhrasePage(tools, call, phrase.code)
      await deps.phrases.save(customer, isGone || !phrase.ok ? undefined : phrase.value)
      await addNotice(deps.consent.database, { customer, kind: 'phraseChanged' })
      return sendDone(reply, '/me', isGone ? 'phraseGone' : 'phrase')
    }),
  )
}

async function showPhrasePage(
  tools: CentreTools,
  call: Call,
  problem: PhraseProblem | undefined,
): Promise<FastifyReply> {
  const { words } = call.reader
  const phrase = (await tools.deps.phrases.find(call.customer))?.reveal()
  return showCentre(tools, call, {
    title: words.say('phrase.title'),
    status: problem === undefined ? 200 : 422,
    body: html`<h1>${words.say('phrase.title')}</h1>
      <p>${words.say('phrase.body')}</p>
      ${phrase === undefined ? undefined : html`<p class="phrase"><span class="muted">${words.say('phrase.yours')}</span> <strong>${phrase}</strong></p>`}
      ${problem === undefined ? undefined : html`<p class="note danger" role="alert" id="phraseProblem">${words.say(problem, { max: phraseCharactersMax })}</p>`}
      ${passkeyForm(words, {
        kind: 'get',
        action: '/me/phrase',
        button: words.say('phrase.save'),
        fields: html`<label for="phrase">${words.say('phrase.label')}</label>
          <input
            type="text"
            id="phrase"
            name="phrase"
            required
            autocomplete="off"
            maxlength="${phraseCharactersMax}"
            value=""
            aria-describedby="${problem === undefined ? 'phraseHint' : 'phraseProblem phraseHint'}"
          />
          <p class="hint" id="phraseHint">${words.say('phrase.hint', { max: phraseCharactersMax })}</p>`,
      })}
      ${
        phrase === undefined
          ? undefined
          : passkeyForm(words, {
              kind: 'get',
              action: '/me/phrase',
              button: words.say('phrase.remove'),
              quiet: true,
              fields: html`<input type="hidden" name="act" value="remove" />`,
            })
      }`,
  })
}
