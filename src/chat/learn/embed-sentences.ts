import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import type { Progress } from './train-weights.ts'

const worker = fileURLToPath(new URL('../../../tools/language/embed-worker.mjs', import.meta.url))
const encoder = fileURLToPath(new URL('../../../tools/language/node_modules/@energetic-ai/embeddings', import.meta.url))

/** Sentences for one message to the worker: enough to be quick, few enough for its memory. */
const batchSize = 32
/** How many numbers a sentence becomes. */
const width = 512

const answer = z.object({ id: z.number(), vectors: z.instanceof(Float32Array) })

/**
 * English sentences as vectors of length 1, made by an encoder in a worker thread (its package is installed in tools/language, if at all).
 * Undefined where it is not installed or fails: whoever asks goes on with words alone.
 */
export async function embedSentences(
  texts: readonly string[],
  progress: Progress,
): Promise<readonly Float32Array[] | undefined> {
  if (!existsSync(encoder)) return undefined
  const thread = new Worker(worker)
  try {
    return await embedAll(thread, texts, progress)
  } catch (error) {
    process.stderr.write(`sentences could not be embedded: ${String(error)}\n`)
    return undefined
  } finally {
    await thread.terminate()
  }
}

function embedAll(thread: Worker, texts: readonly string[], progress: Progress): Promise<readonly Float32Array[]> {
  const vectors: Float32Array[] = []
  const send = (id: number): void => thread.postMessage({ id, texts: texts.slice(id, id + batchSize) })
  return new Promise((resolve, reject) => {
    thread.once('error', reject)
    thread.once('exit', (code) => reject(new Error(`the encoder ended with ${code}`)))
    thread.on('message', (message: unknown) => {
      const done = answer.safeParse(message)
      // The first message says that the encoder is ready.
      if (!done.success) return send(0)
      const { id, vectors: together } = done.data
      for (let at = 0; at < together.length; at += width) vectors.push(together.slice(at, at + width))
      progress(vectors.length, texts.length)
      if (vectors.length >= texts.length) resolve(vectors)
      else send(id + batchSize)
    })
  })
}
