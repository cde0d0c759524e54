/** What one rule, one set and one list may be at most: everything a rule costs is bounded by these. */
export const ruleLimits = {
  /** Characters of one sentence; a screen's width, four times over. */
  sentenceChars: 600,
  /** Parentheses and `not` inside each other. */
  depth: 12,
  /** Comparisons in one sentence: nobody reads more. */
  comparisons: 24,
  /** Values in a list written out in a sentence; longer ones belong in a named list. */
  listValues: 50,
  /** Characters of a text in quotes. */
  textChars: 64,
  /** Sentences in one set. */
  rules: 200,
  /** Characters of a whole rule file. */
  fileChars: 200_000,
  /** Entries in one named list. */
  listEntries: 50_000,
} as const
