import type { Verdict } from '../../src/kernel/index.ts'

/** A file with its path in the folder it was chosen from. */
export type ChosenFile = { readonly path: string; readonly file: File }

/** What the page asks its worker. Keys are verifier keys in text. */
export type CheckRequest = {
  readonly files: readonly ChosenFile[]
  readonly given: readonly string[]
  readonly known: readonly string[]
}

/** What the worker answers: how far it is, and in the end one verdict. */
export type CheckAnswer =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
