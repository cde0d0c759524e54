import { setTimeout as wait } from 'node:timers/promises'
import type { ServerResponse } from 'node:http'
import { sendAnswer } from '../http-io.ts'
import type { Answer } from '../http-io.ts'
import type { Switches } from '../switches.ts'

/** Sends an answer the way the switches want it sent. The work behind it is done by now: a cut answer is not an undone act. */
export async function misbehave(switches: Switches, response: ServerResponse, answer: Answer): Promise<void> {
  if (switches.slowMs > 0) await wait(switches.slowMs, undefined, { ref: false })
  if (response.destroyed) return
  if (switches.halfClose) return cutHalfway(response, answer)
  if (switches.garbage) return sendAnswer(response, { ...answer, status: 200, body: '{"accounts":[{"accountId":"?,' })
  sendAnswer(response, answer)
}

function cutHalfway(response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.body === '' ? '{}' : answer.body, 'utf8')
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(body.byteLength) })
  response.write(body.subarray(0, Math.ceil(body.byteLength / 2)), () => response.destroy())
}
