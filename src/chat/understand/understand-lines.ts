import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { once } from 'node:events'
import { z } from 'zod'
import { understand } from './understand.ts'

const lineShape = z.object({
  id: z.union([z.string(), z.number()]).nullable().default(null),
  text: z.string(),
  lang: z.string().optional(),
  now: z.string().optional(),
  tz: z.string().optional(),
  session: z.union([z.string(), z.number()]).optional(),
})

/**
 * The command `parley understand`: reads JSON lines `{id,text,lang?,now?,tz?,session?}` and writes for each, in the same
 * order, `{id,intent,confidence,slots,masked,priority}`. A line that is no such object gets `{id:null,error}` and does
 * not end the run. Gives back how many such lines there were.
 */
export async function understandLines(input: Readable, output: Writable): Promise<{ readonly failures: number }> {
  let failures = 0
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (line.trim() === '') continue
    const read = lineShape.safeParse(parseJson(line))
    if (!read.success) failures += 1
    const written = read.success ? answerLine(read.data) : { id: null, error: 'not a JSON object with a text' }
    if (!output.write(`${JSON.stringify(written)}\n`)) await once(output, 'drain')
  }
  return { failures }
}

function answerLine(line: z.infer<typeof lineShape>): object {
  const { intent, confidence, slots, masked, priority } = understand(line.text, {
    ...(line.lang === undefined ? {} : { language: line.lang }),
    ...(line.now === undefined ? {} : { now: line.now }),
    ...(line.tz === undefined ? {} : { timeZone: line.tz }),
  })
  const amount = slots.amount === undefined ? {} : { amount: { ...slots.amount, minor: Number(slots.amount.minor) } }
  return { id: line.id, intent, confidence, slots: { ...slots, ...amount }, masked: masked ?? false, priority }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined // told to the caller as a line that is no object
  }
}
