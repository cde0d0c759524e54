import { access, constants, readFile, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { featureNames } from '../features/feature-names.ts'
import type { Scorer } from '../model/create-scorer.ts'
import { loadDefaultModel } from '../model/load-default-model.ts'
import { readModel } from '../model/read-model.ts'
import { writeModel } from '../model/write-model.ts'
import { type CountedHistory, type HistoryFiles, readHistory } from './read-history.ts'
import { EmptyPeriod, type Evaluation, evaluateHistory } from './evaluate-history.ts'
import { type ExplainOutcome, explainUse } from './explain-use.ts'
import { composeCard } from './compose-card.ts'
import { historySets } from '../history/history-sets.ts'
import { reasonWords } from './reason-words.ts'
import { type SplitDays, dayMs } from './split-by-days.ts'
import { type TrainWish, type TrainedHistory, trainHistory } from './train-history.ts'
import { UnreadableFile } from './unreadable-file.ts'

export type FilesDeps = {
  readonly threads: number
  readonly onProgress: (stage: 'reading' | 'features' | 'training', done: number, of?: number) => void
}

export type FilesEvaluation = Evaluation & { readonly uses: number; readonly customers: number }
export type FilesTraining = TrainedHistory & {
  readonly uses: number
  readonly customers: number
  readonly version: string
}

/** Trains and measures by the public handbook's method. Throws what {@link fraudFiles.troubleOf} understands. */
async function evaluate(deps: FilesDeps, files: HistoryFiles, days: SplitDays): Promise<FilesEvaluation> {
  const { history, customers } = await read(deps, files)
  return { ...(await evaluateHistory(deps, history, days)), uses: history.length, customers }
}

/** Trains a bank's model, writes its file and its card. Throws what {@link fraudFiles.troubleOf} understands. */
async function train(
  deps: FilesDeps,
  files: HistoryFiles,
  wish: TrainWish & { readonly modelFile: string; readonly cardFile: string },
): Promise<FilesTraining> {
  for (const file of [wish.modelFile, wish.cardFile]) await checkPlace(file)
  const { history, customers } = await read(deps, files)
  const trained = await trainHistory(deps, history, wish)
  const bytes = writeModel(trained.model)
  const { version } = readModel(bytes)
  const counted = { ...trained, uses: history.length, customers, version }
  await write(wish.modelFile, bytes)
  await write(wish.cardFile, composeCard(counted, wish))
  return counted
}

/** Why one use has its score. Throws what {@link fraudFiles.troubleOf} understands, and a Fault where the model is none. */
async function explain(
  deps: FilesDeps,
  files: HistoryFiles,
  wish: { readonly use: string; readonly modelFile: string | undefined; readonly delayDays: number },
): Promise<ExplainOutcome> {
  const scorer = await scorerOf(wish.modelFile)
  const { history } = await read(deps, files)
  const delayMs = wish.delayDays * dayMs
  return explainUse({ history, scorer, delayMs }, wish.use, (done, of) => deps.onProgress('features', done, of))
}

/** A thrown thing as trouble with files or with what they hold; undefined: it is something else. */
function troubleOf(thrown: unknown): UnreadableFile | EmptyPeriod | undefined {
  return thrown instanceof UnreadableFile || thrown instanceof EmptyPeriod ? thrown : undefined
}

/** What the command line does with files of a bank’s history. */
export const fraudFiles = { evaluate, train, explain, troubleOf, reasonWords, history: historySets } as const

async function read(deps: FilesDeps, files: HistoryFiles): Promise<CountedHistory> {
  return await readHistory(files, (rows) => deps.onProgress('reading', rows))
}

/** The model in a file, or the one that Parley comes with. Throws what {@link fraudFiles.troubleOf} understands. */
export async function scorerOf(file: string | undefined): Promise<Scorer> {
  if (file === undefined) return loadDefaultModel(featureNames)
  let bytes: Uint8Array
  try {
    bytes = await readFile(file)
  } catch (cause) {
    throw new UnreadableFile('fraud/file-missing', { file, line: 0 }, 'the model cannot be read', { cause })
  }
  return readModel(bytes, featureNames)
}

/** Minutes of training must not end in a folder that is not there. */
async function checkPlace(file: string): Promise<void> {
  try {
    await access(dirname(resolve(file)), constants.W_OK)
  } catch (cause) {
    throw unwritable(file, cause)
  }
}

async function write(file: string, content: Uint8Array | string): Promise<void> {
  try {
    await writeFile(file, content)
  } catch (cause) {
    throw unwritable(file, cause)
  }
}

function unwritable(file: string, cause: unknown): UnreadableFile {
  return new UnreadableFile('fraud/file-unwritable', { file, line: 0 }, 'the file cannot be written', { cause })
}
