import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// One PostgreSQL a run and a template database; each worker clones its own.
const GLOBAL_SETUP = ['test/setup/global-setup.ts'].filter((path) => existsSync(new URL(path, import.meta.url)))

// Where files are left out of a copy, tests that need none of this still run.
const SETUP = ['test/setup/property-seed.ts'].filter((path) => existsSync(new URL(path, import.meta.url)))

// Tests that need the outside fixtures are named *.fixtures.test.ts and exist only where PARLEY_FIXTURES points at them.
const WITHOUT_FIXTURES = process.env['PARLEY_FIXTURES'] ? [] : ['**/*.fixtures.test.ts']

// Each worker clones a database; beyond this the one PostgreSQL is what they wait for.
const WORKERS_MAX = 4

// Tests that open a browser are slow; they are named *.browser.test.ts and run with the journeys.
const BROWSER = '**/*.browser.test.ts'

const EXCLUDE = ['**/node_modules/**', '**/dist/**', '**/.dist-*/**', ...WITHOUT_FIXTURES]

type Part = { name: string; include: string[]; exclude?: string[]; testTimeoutMs: number; oneFileAtATime?: boolean }

function project({ name, include, exclude = [], testTimeoutMs, oneFileAtATime = false }: Part) {
  return {
    extends: true as const,
    test: {
      name,
      include,
      exclude: [...EXCLUDE, ...exclude],
      globalSetup: GLOBAL_SETUP,
      setupFiles: SETUP,
      testTimeout: testTimeoutMs,
      hookTimeout: testTimeoutMs,
      fileParallelism: !oneFileAtATime,
      // What is polled for is waited for with the patience of everything else; a second is nothing on a busy machine.
      expect: { poll: { timeout: 45_000 } },
      // Copies of the built product, one a mutant: as they are, for Node to load. Transformed, each costs seconds.
      server: { deps: { external: [/\/parley-mutant-\w+\/dist\//] } },
    },
  }
}

export default defineConfig({
  test: {
    // Module state is banned, so files can share a thread: 3.9 s instead of 129 s for 300 files.
    pool: 'threads',
    isolate: false,
    maxWorkers: Math.min(availableParallelism(), WORKERS_MAX),
    projects: [
      project({
        name: 'unit',
        include: ['src/**/*.test.ts', 'sandbox/**/*.test.ts', 'web/**/*.test.ts', '{scripts,tools}/**/*.test.mjs'],
        exclude: [BROWSER],
        testTimeoutMs: 60_000,
      }),
      project({ name: 'attacks', include: ['test/attacks/**/*.test.ts'], testTimeoutMs: 180_000 }),
      project({ name: 'conformance', include: ['test/conformance/**/*.test.ts'], testTimeoutMs: 330_000 }),
      // Real processes and a real browser on two cores: one story at a time.
      project({
        name: 'journeys',
        include: ['test/journeys/**/*.test.ts', `sandbox/${BROWSER}`],
        testTimeoutMs: 330_000,
        oneFileAtATime: true,
      }),
      project({
        name: 'mutants',
        include: ['test/mutants/**/*.test.ts'],
        testTimeoutMs: 330_000,
      }),
    ],
  },
})
