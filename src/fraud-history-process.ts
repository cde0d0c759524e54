import { fraudFiles } from './fraud/index.ts'
import type { HistoryManifest } from './fraud/index.ts'
import { type FraudDeps, answering, countOf, exitCodes, showStages } from './fraud-terminal.ts'
import { systemClock, systemRandom } from './platform/index.ts'

const sets = fraudFiles.history
const keyBytes = 32
/** Ten years: longer than any model has use for. */
const keepDaysMax = 3_660

type JsonFlag = { readonly json: boolean }

/** `parley fraud history key`. */
async function key(deps: FraudDeps, file: string, flags: JsonFlag): Promise<number> {
  return await answering(deps, flags, async () => {
    await sets.writeKey(file, systemRandom.bytes(keyBytes))
    deps.write(flags.json ? `${JSON.stringify({ key: file })}\n` : `Wrote ${file}. Without it nobody can match these names to cards; keep it apart.\n`) // prettier-ignore
    return exitCodes.done
  })
}

export type ImportFlags = JsonFlag & {
  readonly files: readonly string[]
  readonly labels?: readonly string[]
  readonly into: string
  readonly key: string
  readonly keepDays: string
}

/** `parley fraud history import`. */
async function importSet(deps: FraudDeps, flags: ImportFlags): Promise<number> {
  const keepDays = countOf('--keep-days', flags.keepDays, keepDaysMax)
  return await answering(deps, flags, async () => {
    const { files, labels = [], into } = flags
    const progress = showStages(deps)
    const wish = { files, labels, into, key: await sets.readKey(flags.key), keepDays }
    const manifest = await sets.import({ nowMs: systemClock.now(), onProgress: progress.tell }, wish)
    progress.end()
    deps.write(flags.json ? `${JSON.stringify({ set: into, ...manifest })}\n` : `Imported.\n${sayOf(into, manifest)}`)
    return exitCodes.done
  })
}

/** `parley fraud history name`: what a payment is called in sets under this key, for `explain`. */
async function name(deps: FraudDeps, reference: string, flags: JsonFlag & { readonly key: string }): Promise<number> {
  return await answering(deps, flags, async () => {
    const use = sets.pseudonyms(await sets.readKey(flags.key)).of('use', reference)
    deps.write(flags.json ? `${JSON.stringify({ use })}\n` : `${use}\n`)
    return exitCodes.done
  })
}

/** `parley fraud history show`. */
async function show(deps: FraudDeps, folders: readonly string[], flags: JsonFlag): Promise<number> {
  return await answering(deps, flags, async () => {
    for (const folder of folders) {
      const manifest = await sets.read(folder)
      const expired = sets.isExpired(manifest, systemClock.now())
      deps.write(flags.json ? `${JSON.stringify({ set: folder, expired, ...manifest })}\n` : sayOf(folder, manifest))
    }
    return exitCodes.done
  })
}

/** `parley fraud history delete`. */
async function remove(
  deps: FraudDeps,
  folders: readonly string[],
  flags: JsonFlag & { readonly expired: boolean },
): Promise<number> {
  return await answering(deps, flags, async () => {
    for (const folder of folders) {
      const manifest = await sets.read(folder)
      const stays = flags.expired && !sets.isExpired(manifest, systemClock.now())
      if (!stays) await sets.delete(folder)
      const outcome = stays ? 'kept' : 'deleted'
      deps.write(flags.json ? `${JSON.stringify({ set: folder, outcome })}\n` : `${folder}: ${outcome}.\n`)
    }
    return exitCodes.done
  })
}

function sayOf(folder: string, manifest: HistoryManifest): string {
  const { uses, cards, frauds, unlabelled, from, to, keepUntil, key: name } = manifest
  return [
    `${folder}: ${uses} uses of ${cards} cards, ${frauds} frauds, ${unlabelled} without a label; ${from.slice(0, 10)} to ${to.slice(0, 10)}.`,
    `  Names under key ${name}. Read until ${keepUntil}; then only deleted.`,
    '',
  ].join('\n')
}

/** What `parley fraud history` does; each gives its exit code. */
export const fraudHistory = { key, import: importSet, name, show, delete: remove } as const
