import { z } from 'zod'
import type { ParleyProcesses } from './parley-processes.ts'

/** One Send API body to a person, as the bytes that the messenger received, and with what is new each time named instead. */
export type SentBody = { readonly raw: string; readonly named: string }

const bodyShape = z.looseObject({ recipient: z.object({ id: z.string() }), sender_action: z.string().optional() })

/**
 * Every message that the gateway sent to a person, in order, from the messenger's own record of the wire. `named` has a
 * word in place of what is random or a clock's, each of a fixed length and shape, so that none of it can carry data:
 * tokens (43 characters), outbox ids, the person's id, times of day. Typing signs carry nothing and come by timers.
 */
export async function sentTo(parley: ParleyProcesses, psid: string): Promise<readonly SentBody[]> {
  const traffic = await parley.messengerControl.traffic()
  return traffic.flatMap(({ direction, body }) => {
    if (direction !== 'graph-in' || !body.includes(psid)) return []
    const parsed = bodyShape.safeParse(readJson(body))
    if (!parsed.success || parsed.data.recipient.id !== psid || parsed.data.sender_action !== undefined) return []
    return [{ raw: body, named: nameWhatIsNew(body, psid) }]
  })
}

function nameWhatIsNew(body: string, psid: string): string {
  return body
    .replaceAll(psid, 'PSID')
    .replaceAll(/\/(a|link)\/[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g, '/$1/TOKEN')
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
    .replaceAll(/\b\d{1,2}:\d{2}(?:\s?[AP]M)?\b/g, 'TIME')
}

function readJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined // a GET without a body
  }
}
