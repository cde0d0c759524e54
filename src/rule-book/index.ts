import { askChange, findChange, listChanges, signChange } from './changes-store.ts'
import { addCounts, listCounts } from './counts-store.ts'
import { loadDeciding, markDeciding } from './deciding-store.ts'
import { listEntries, sweepRuleBook } from './entries-store.ts'
import { findVersion, latestBacktest, listVersions, noteBacktest, saveVersion, setShadow } from './versions-store.ts'

export {
  type LiveChange,
  type RuleChange,
  changeDocument,
  isLiveChange,
  keyDigestOf,
  peopleFor,
  ruleReasonLengths,
} from './change-document.ts'
export type { AskedChange, ChangeObstacle } from './changes-store.ts'
export type { CountedLine } from './counts-store.ts'
export type { DecidingRules } from './deciding-store.ts'
export type { ShownEntry } from './entries-store.ts'
export type { RuleVersion } from './versions-store.ts'

/** Versions of a bank's rules, and how far each has come. */
export const ruleVersions = {
  list: listVersions,
  find: findVersion,
  save: saveVersion,
  noteBacktest,
  latestBacktest,
  shadow: setShadow,
} as const
/** What takes signatures: versions that go live or back, entries of lists. */
export const ruleChanges = { ask: askChange, sign: signChange, list: listChanges, find: findChange } as const
/** Entries of lists. */
export const ruleEntries = { list: listEntries, sweep: sweepRuleBook } as const
/** What decides now, for the login that decides; and what it counts. */
export const decidingRules = { load: loadDeciding, mark: markDeciding, addCounts, counts: listCounts } as const
