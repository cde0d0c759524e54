import fc from 'fast-check'

/**
 * Where a run must say the same twice (CI), property tests draw from one seed; elsewhere each run draws anew and so looks further.
 * `PARLEY_SEED` names another; a failure prints the one it came from.
 */
const seed = process.env['PARLEY_SEED'] ?? (process.env['CI'] === undefined ? undefined : '20180806')
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) })
