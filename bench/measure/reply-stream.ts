import { type ClientRequest, get } from 'node:http'
import { performance } from 'node:perf_hooks'
import { z } from 'zod'

/** A person's open chat page: tells each new message of the bot at the moment it shows. */
export type ReplyStream = {
  /** The moment (performance.now) of the next new reply. Throws after the deadline. */
  next(deadlineMs: number): Promise<number>
  /** Replies that came and were not waited for yet. */
  waiting(): number
  close(): void
}

const eventShape = z.object({
  type: z.string(),
  message: z.object({ mid: z.string(), from: z.string() }).optional(),
  messages: z.array(z.object({ mid: z.string() })).optional(),
})

/** Opens the sandbox messenger's live stream of one person, as its chat page does. */
export async function openReplyStream(messengerUi: string, psid: string): Promise<ReplyStream> {
  const known = new Set<string>()
  const arrived: number[] = []
  let tell: (() => void) | undefined
  const request = await connect(`${messengerUi}/api/people/${psid}/stream`, (line) => {
    const event = eventShape.parse(JSON.parse(line))
    for (const { mid } of event.messages ?? []) known.add(mid)
    if (event.message?.from !== 'page' || known.has(event.message.mid)) return
    known.add(event.message.mid)
    arrived.push(performance.now())
    tell?.()
  })
  return {
    async next(deadlineMs) {
      if (arrived.length === 0) {
        await new Promise<void>((resolve, reject) => {
          const late = setTimeout(() => reject(new Error('no reply in time')), deadlineMs)
          tell = () => {
            clearTimeout(late)
            tell = undefined
            resolve()
          }
        })
      }
      return arrived.shift() ?? Number.NaN
    },
    waiting: () => arrived.length,
    close: () => void request.destroy(),
  }
}

function connect(url: string, onData: (line: string) => void): Promise<ClientRequest> {
  return new Promise((resolve, reject) => {
    const request = get(url, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`the live stream answered ${response.statusCode}`))
      let rest = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        const lines = `${rest}${chunk}`.split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) if (line.startsWith('data: ')) onData(line.slice(6))
      })
      // The stream ends when we end it, or with the messenger; whoever waits for a reply has a deadline.
      response.on('error', () => request.destroy())
      resolve(request)
    })
    request.once('error', reject)
  })
}
