/** Of a long list of mutants every which one is tried: all of them unless `PARLEY_MUTANTS_EVERY` says so, as `.ci/run` does. */
const every = Math.max(1, Math.trunc(Number(process.env['PARLEY_MUTANTS_EVERY'] ?? '1')) || 1)

/** The mutants that are tried in this run; the same ones each time. */
export function inPart<Mutant>(mutants: readonly Mutant[]): readonly Mutant[] {
  return mutants.filter((_, at) => at % every === 0)
}
