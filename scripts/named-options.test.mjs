import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { option, readCommandLine } from '../test/setup/read-options.ts'

const root = join(import.meta.dirname, '..')
const victims = ['gateway', 'keystore']
const program = {
  about: 'What it tries.',
  options: {
    ...option.cases(200),
    minutes: option.amount(4, 'how long'),
    victim: option.oneOf(victims, 'always kills this one'),
    only: option.someOf([0, 0.2], 'shares'),
    keep: option.words('FOLDER', undefined, 'where data stays'),
    profile: option.flag('adds a profile'),
  },
}
const read = (...args) => readCommandLine(program, 'npm run proof -- crash', args)

test('what is left out has its default, and what is named is read as what it is', () => {
  const defaults = { seed: 1, from: 0, to: 200, minutes: 4, only: [0, 0.2], profile: false }
  expect(read()).toEqual({ values: { ...defaults, victim: undefined, keep: undefined } })
  const args = ['--seed', '7', '--to=9', '--minutes', '0.5', '--victim', 'keystore', '--only', '0.2', '--profile']
  const named = { seed: 7, to: 9, minutes: 0.5, victim: 'keystore', only: [0.2], profile: true, keep: '/tmp/a b' }
  expect(read(...args, '--keep', '/tmp/a b')).toEqual({ values: { ...defaults, ...named } })
})

test('--help is a usage with every option and its default, whatever stands beside it', () => {
  const help = read('--seed', 'x', '--help')
  expect(help).toMatchObject({ to: 'stdout', code: 0 })
  expect(help.print).toContain('Usage: npm run proof -- crash [OPTIONS]\n\nWhat it tries.\n')
  for (const name of Object.keys(program.options)) expect(help.print).toMatch(new RegExp(`^  --${name} `, 'm'))
  expect(help.print).toMatch(/^ {2}--minutes N +how long \(default 4\)$/m)
})

test.each([
  [['--sed', '1'], 'npm run proof -- crash has no option --sed.'],
  [['-x'], 'npm run proof -- crash has no option -x.'],
  [['--constructor', '1'], 'npm run proof -- crash has no option --constructor.'],
  [['5'], 'npm run proof -- crash takes options only, and "5" is none.'],
  [['--seed', 'x'], '--seed wants a whole number, 0 or more; "x" is none.'],
  [['--seed', '-1'], '--seed wants a whole number, 0 or more; "-1" is none.'],
  [['--to', '1.5'], '--to wants a whole number, 0 or more; "1.5" is none.'],
  [['--to', '99999999999999999999'], '--to wants a whole number, 0 or more; "99999999999999999999" is none.'],
  [['--seed'], '--seed wants a whole number, 0 or more; nothing was given.'],
  [['--minutes', '0'], '--minutes wants a number above 0; "0" is none.'],
  [['--victim', 'bank'], '--victim wants one of gateway, keystore; "bank" is none.'],
  [['--only', '0,0.3'], '--only wants some of 0,0.2; "0,0.3" is none.'],
  [['--profile=yes'], '--profile wants no value.'],
  [['--from', '5', '--to', '5'], '--to wants to be above --from, and from 5 to 5 there is nothing to try.'],
])('%j is answered with one sentence and exit code 2', (args, sentence) => {
  const help = 'npm run proof -- crash --help lists the options.'
  expect(read(...args)).toEqual({ print: `${sentence}\n${help}`, to: 'stderr', code: 2 })
})

test('every proof and benchmark reads its options in this one way', () => {
  for (const folder of ['bench', 'test/proofs']) {
    for (const file of readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts'))) {
      const source = readFileSync(join(root, folder, file), 'utf8')
      expect(source, `${folder}/${file}`).toMatch(/\breadOptions\(\{/)
      expect(source, `${folder}/${file}`).not.toMatch(/\bparseArgs\b|process\.argv/)
    }
  }
})

test('a real one prints its usage, and refuses what it does not know without a stack', () => {
  const run = (...args) => {
    const hooks = join(root, 'scripts', 'run-typescript.mjs')
    return spawnSync(process.execPath, ['--import', hooks, join(root, 'test/proofs/mask.ts'), ...args], {
      encoding: 'utf8',
    })
  }
  const help = run('--help')
  expect([help.status, help.stderr]).toEqual([0, ''])
  expect(help.stdout).toContain('Usage: npm run proof -- mask [OPTIONS]')
  const wrong = run('--seed', 'x')
  expect([wrong.status, wrong.stdout]).toEqual([2, ''])
  expect(wrong.stderr).toBe(
    '--seed wants a whole number, 0 or more; "x" is none.\nnpm run proof -- mask --help lists the options.\n',
  )
})
