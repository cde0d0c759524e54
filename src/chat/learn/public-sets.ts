import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** A message of a public set, with its label there. */
export type Labelled = { readonly text: string; readonly label: string; readonly split: string }

const labelled = z.object({ text: z.string(), label: z.string(), split: z.string().default('train') })
const accepted = z.record(z.string(), z.array(z.string()))

/** The public sets that we are measured on and never learn from, and which of our intents are right for each of their labels. */
export type PublicSets = {
  readonly clinc: readonly Labelled[]
  readonly banking77: readonly Labelled[]
  readonly map: {
    readonly clinc150_banking_and_cards: z.infer<typeof accepted>
    readonly clinc150_also_accepted_outside: z.infer<typeof accepted>
    readonly banking77: z.infer<typeof accepted>
  }
}

/**
 * Reads the sets from the folder `language` of the data folder.
 * @throws Error of node:fs where they are not there
 */
export function readPublicSets(dataFolder: string): PublicSets {
  const read = (name: string): string => readFileSync(join(dataFolder, 'language', name), 'utf8')
  const map = z.object({
    clinc150_banking_and_cards: accepted,
    clinc150_also_accepted_outside: accepted,
    banking77: accepted,
  })
  return {
    clinc: linesOf(read('clinc150.jsonl')),
    banking77: linesOf(read('banking77-train.jsonl')),
    map: map.parse(JSON.parse(read('intent-map.json'))),
  }
}

function linesOf(text: string): readonly Labelled[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => labelled.parse(JSON.parse(line)))
}
