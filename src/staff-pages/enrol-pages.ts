import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { fieldsOf, handOff, html, passkeyForm } from '../pages/index.ts'
import type { HttpServer } from '../platform/index.ts'
import { staffEnrolment } from '../staff/index.ts'
import type { Enrolling } from '../staff/index.ts'
import { limited, limitedPasskey } from './staff-route.ts'
import type { StaffTools } from './staff-route.ts'
import { showRefusedEntry } from './show-refused-entry.ts'

const idParams = z.object({ id: z.uuid() })

/** From the one-time code that an administrator handed over to a passkey. The address may carry it behind `#`, which browsers keep. */
export function addEnrolPages(scope: HttpServer, tools: StaffTools): void {
  const { deps } = tools

  scope.get('/staff/enrol', limited, (request, reply) => showForm(tools, request, reply))

  scope.post('/staff/enrol', limitedPasskey, async (request, reply) => {
    const enrolling = enrollingOf(request)
    const id = await staffEnrolment.open(deps, enrolling)
    if (id === undefined) return showForm(tools, request, reply, enrolling)
    const words = tools.words(request)
    return tools.show(request, reply, {
      title: words.say('enrol.passkeyTitle'),
      script: 'staff',
      body: html`<h1>${words.say('enrol.passkeyTitle')}</h1>
        <p>${words.say('enrol.passkeyBody', { login: enrolling.login })}</p>
        ${passkeyForm(words, {
          kind: 'create',
          action: '/staff/enrol/passkey',
          challenge: `/staff/enrol/${id}/challenge`,
          button: words.say('enrol.passkeyButton'),
          fields: html`<input type="hidden" name="login" value="${enrolling.login}" />
            <input type="hidden" name="code" value="${enrolling.code}" />`,
        })}
        ${handOff(words, { hidden: true })}`,
    })
  })

  scope.post('/staff/enrol/:id/challenge', limitedPasskey, async (request, reply) => {
    const params = idParams.safeParse(request.params)
    const options = params.success ? await staffEnrolment.begin(deps, params.data.id) : undefined
    return options === undefined ? tools.showTrouble(request, reply, 'notFound') : reply.send(options)
  })

  scope.post('/staff/enrol/passkey', limitedPasskey, async (request, reply) => {
    const response = fieldsOf(request.body).get('response')
    const enrolled = await staffEnrolment.finish(deps, { ...enrollingOf(request), response })
    if (!enrolled.ok) return showRefusedEntry(tools, { request, reply }, enrolled.code, '/staff/enrol')
    deps.logger.info('staff.enrolled', { staffId: enrolled.value })
    const words = tools.words(request)
    return tools.show(request, reply, {
      title: words.say('enrol.doneTitle'),
      body: html`<h1>${words.say('enrol.doneTitle')}</h1>
        <p>${words.say('enrol.doneBody')}</p>
        <p><a class="button" href="/staff/sign-in">${words.say('signIn.title')}</a></p>`,
    })
  })
}

function showForm(tools: StaffTools, request: FastifyRequest, reply: FastifyReply, refused?: Enrolling): FastifyReply {
  const words = tools.words(request)
  return tools.show(request, reply, {
    title: words.say('enrol.title'),
    ...(refused === undefined ? {} : { status: 422 }),
    script: 'staff',
    style: 'staff',
    body: html`<h1>${words.say('enrol.title')}</h1>
      ${refused !== undefined && html`<p class="note danger" role="alert" id="refused">${words.say('refused.code')}</p>`}
      <p>${words.say('enrol.body')}</p>
      <form method="post" action="/staff/enrol" data-enrol>
        <label for="login">${words.say('enrol.login')}</label>
        <input
          id="login"
          name="login"
          value="${refused?.login ?? ''}"
          autocomplete="username"
          autocapitalize="none"
          spellcheck="false"
          maxlength="40"
          required${refused !== undefined && html` aria-describedby="refused"`}
        />
        <label for="code" class="after-field">${words.say('enrol.code')}</label>
        <input
          id="code"
          name="code"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          maxlength="128"
          required${refused !== undefined && html` aria-invalid="true" aria-describedby="refused"`}
        />
        <p class="hint">${words.say('enrol.codeHint')}</p>
        <button type="submit">${words.say('enrol.button')}</button>
      </form>`,
  })
}

function enrollingOf(request: FastifyRequest): Enrolling {
  const fields = fieldsOf(request.body)
  return {
    login: (fields.get('login') ?? '').trim().slice(0, 40),
    code: (fields.get('code') ?? '').trim().slice(0, 128),
  }
}
