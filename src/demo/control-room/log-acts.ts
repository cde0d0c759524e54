import { html } from '../../pages/index.ts'
import type { Outcome } from './outcomes.ts'
import type { RoomDeps } from './room-deps.ts'
import type { Verdict } from './run-verify.ts'
import { tamperWords } from './scenarios.ts'
import type { Tamper } from './tamperings.ts'

type Progress = (words: string) => void

/**
 * Shows a changed copy of the log on its own port and has it checked with the command that anybody may run; then checks the
 * log itself, which nobody touched.
 */
export async function tamperWithLog(deps: RoomDeps, tamper: Tamper, progress: Progress): Promise<Outcome> {
  const { config, http, alteredLog, verify, memory, clock } = deps
  progress('Fetching the log’s key, and changing a copy')
  const answer = await http.send({ method: 'GET', url: `${config.gateway}/log/vkey` })
  const { logSize } = await deps.lookAround({ anew: true })
  if (answer.status !== 200 || logSize === undefined) return notPublished
  const key = answer.body.toString('utf8').trim()
  const copy = await alteredLog.show({ ...tamper, entry: Math.min(tamper.entry, logSize - 1) })
  progress('Running “parley verify” against the copy, and against the log itself')
  const [changed, real] = await Promise.all([verify(copy, key), verify(`${config.gateway}/log`, key)])
  if (changed.code === 1) memory.keep({ foundAt: clock.now() })
  return changed.code === 1 ? found(tamper, { copy, key, changed, real }) : notFound(changed)
}

type Checked = { readonly copy: string; readonly key: string; readonly changed: Verdict; readonly real: Verdict }

function found({ how }: Tamper, { copy, key, changed, real }: Checked): Outcome {
  return {
    tone: 'good',
    title: `${tamperWords[how].name}: found.`,
    body: html`<p>Of the copy, the command says:</p>
      <blockquote class="verdict">${firstSentence(changed.said)}</blockquote>
      <p>Of the log itself, which nobody touched:</p>
      <blockquote class="verdict">${firstSentence(real.said)}</blockquote>
      <details>
        <summary>Check it yourself</summary>
        <p>The changed copy is served until the demo ends:</p>
        <pre class="document" tabindex="0">./parley verify ${copy} --key ${key}</pre>
      </details>`,
  }
}

function notFound({ code, said }: Verdict): Outcome {
  const title =
    code === 0
      ? 'The command says that the copy holds, which it should not. Please report this.'
      : 'The copy could not be checked, so nothing was found and nothing was shown right.'
  return { tone: 'bad', title, body: html`<pre class="document" tabindex="0">${said}</pre>` }
}

const notPublished: Outcome = {
  tone: 'bad',
  title:
    'The log has not been published yet, or Parley does not answer. It is published once a minute: try again then.',
}

function firstSentence(said: string): string {
  return said.split('\n')[0] ?? ''
}
