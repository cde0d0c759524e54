import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { modelFile } from '../understand/classify.ts'
import { splitModel } from '../understand/model.ts'
import { composeCard } from './compose-card.ts'
import { readPhrases } from './read-phrases.ts'
import { trainModel } from './train-model.ts'

/** Where the phrases of this project stand. */
const phrasesFolder = fileURLToPath(new URL('../phrases', import.meta.url))
/** Beside the model. */
const cardFile = fileURLToPath(new URL('../understand/language-model.md', import.meta.url))

const phrases = readPhrases(phrasesFolder)
process.stderr.write(`${phrases.length} phrases\n`)
const trained = trainModel(phrases, (done, total) => {
  if (done % 20 === 0 || done === total) process.stderr.write(`trained ${done} of ${total} machines\n`)
})
writeFileSync(fileURLToPath(modelFile), trained.bytes)
writeFileSync(cardFile, composeCard(trained, phrases))
const { header } = splitModel(trained.bytes)
const { lead, slopes, places, entries } = header
process.stdout.write(
  `${JSON.stringify({ phrases: phrases.length, bytes: trained.bytes.length, lead, slopes, places, entries })}\n`,
)
