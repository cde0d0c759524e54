import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { browserCrypto } from '../../web/verify/browser-crypto.ts'
import { newLogKey } from '../audit/test-support/log-world.ts'
import { signedCheckpoint } from '../audit/test-support/memory-log.ts'
import { judge, recognise } from '../kernel/index.ts'
import type { Exhibit, Verdict } from '../kernel/index.ts'
import { nodeCrypto, runVerify } from './index.ts'
import { tamperedFile, tamperings } from './test-support/tamperings.ts'
import { createVerifyWorld } from './test-support/verify-world.ts'

const world = createVerifyWorld()
const known = [world.keys.log, world.keys.promise, world.keys.receipt].map(({ noteKey }) => noteKey)
const text = (value: unknown): string => JSON.stringify(value)

function exhibit(name: string, content: string | Uint8Array): Exhibit {
  const opened = recognise(nodeCrypto.hash, name, typeof content === 'string' ? Buffer.from(content) : content)
  if (opened.kind === 'unreadable') throw new Error(opened.code)
  return opened
}

/** The verdict of the command line and of the page, which must be one. */
async function judgeBoth(exhibits: readonly Exhibit[], given = known): Promise<Verdict> {
  const verdict = await judge(nodeCrypto, exhibits, { given })
  expect(await judge(browserCrypto, exhibits, { given })).toEqual(verdict)
  return verdict
}

test('an honest export holds: looks, promise, three kinds of passkeys, receipts', async () => {
  const verdict = await judgeBoth([exhibit('export.json', text(world.bundle))])
  expect(verdict).toMatchObject({
    kind: 'holds',
    findings: [
      {
        kind: 'export',
        head: { origin: 'log.test/parley', size: 128n },
        count: { looks: 4, promised: 1, grants: 3, receipts: 1 },
        keyFrom: 'given',
      },
    ],
  })
})

test('it holds against its log as well, and the log against its receipts and proofs', async () => {
  const log = exhibit('log.tar', world.archive)
  const file = exhibit('export.json', text(world.bundle))
  const verdict = await judgeBoth([log, file])
  expect(verdict).toMatchObject({ kind: 'holds', findings: [{ kind: 'export' }, { kind: 'log', views: 2 }] })
})

test.each(tamperings)('found and named: $name', async (tampering) => {
  const { code, part, number } = tampering
  const verdict = await judgeBoth([exhibit('export.json', tamperedFile(tampering, world))])
  expect(verdict).toMatchObject({ kind: 'broken', problem: { name: 'export.json', code } })
  expect(verdict.kind === 'broken' ? [verdict.problem.part, verdict.problem.number] : []).toEqual([part, number])
})

test('whatever character of whatever signed value is changed, the export no longer holds', async () => {
  const { entries, grants, receipts, keys, origin, customer } = world.bundle
  // The state of a grant, the id of its passkey, and what is stored are nobody's word but the exporter's.
  const signed = grants.map(({ state: _state, credentialId: _id, ...grant }) => grant)
  const values = stringsIn({ entries, grants: signed, receipts, keys, origin, customer })
  expect(values.length).toBeGreaterThan(30)
  const property = fc.asyncProperty(
    fc.constantFrom(...values),
    fc.nat(),
    fc.integer({ min: 0x21, max: 0x7e }),
    async ({ path, value }, place, code) => {
      const at = place % value.length
      const changed = value.slice(0, at) + String.fromCharCode(code) + value.slice(at + 1)
      fc.pre(changed !== value)
      const bundle: unknown = JSON.parse(text(world.bundle), replaceAt(path, changed))
      const verdict = await judge(nodeCrypto, [exhibit('export.json', text(bundle))], { given: known })
      expect(verdict.kind, path.join('.')).toBe('broken')
    },
  )
  await fc.assert(property, { numRuns: 500 })
})

type Found = { readonly path: readonly string[]; readonly value: string }

function stringsIn(value: unknown, path: readonly string[] = []): readonly Found[] {
  if (typeof value === 'string') return [{ path, value }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => stringsIn(member, [...path, key]))
}

/** A reviver that puts another value at one path. It is called from the leaves up, so the path is found by its parents. */
function replaceAt(path: readonly string[], changed: string) {
  return function (this: unknown, key: string, value: unknown): unknown {
    if (key !== '') return value
    const parent = path.slice(0, -1).reduce<unknown>((at, step) => Reflect.get(Object(at), step), value)
    Reflect.set(Object(parent), path.at(-1) ?? '', changed)
    return value
  }
}

test('the same in pieces: a look, a list of grants, a receipt, a checkpoint, each in a file of its own', async () => {
  const [receipt = ''] = world.bundle.receipts
  const pieces = [
    exhibit('look.json', text(world.look)),
    exhibit('grants.json', text({ grants: world.bundle.grants })),
    exhibit('receipt.txt', receipt),
    exhibit('checkpoint', world.log.files.get('checkpoint') ?? new Uint8Array(0)),
  ]
  expect(pieces.map(({ kind }) => kind)).toEqual(['looks', 'grants', 'receipt', 'checkpoint'])
  const verdict = await judgeBoth(pieces)
  expect(verdict).toMatchObject({
    kind: 'holds',
    findings: [{ kind: 'looks', count: 1 }, { kind: 'grants', count: 3 }, { kind: 'receipts' }, { kind: 'checkpoint' }],
  })
})

test('keys: without one nothing is judged; another one of the name is refused; its own proves less and says so', async () => {
  const look = exhibit('look.json', text(world.look))
  expect(await judgeBoth([look], [])).toMatchObject({ kind: 'unjudged', reason: { code: 'key-missing', origin: 'log.test/parley' } }) // prettier-ignore
  expect(await judgeBoth([look], [newLogKey().noteKey])).toMatchObject({ kind: 'broken', problem: { code: 'checkpoint-signature' } }) // prettier-ignore
  const file = exhibit('export.json', text(world.bundle))
  expect(await judgeBoth([file], [])).toMatchObject({ kind: 'holds', findings: [{ keyFrom: 'itself' }] })
  expect(await judgeBoth([file], [newLogKey().noteKey])).toMatchObject({ problem: { code: 'export-other-key' } })
  expect(await judgeBoth([file], [newLogKey('another.test/log').noteKey])).toMatchObject({ problem: { code: 'export-other-key' } }) // prettier-ignore
  const log = exhibit('log.tar', world.archive)
  expect(await judgeBoth([log], [])).toMatchObject({ kind: 'holds', findings: [{ keyFrom: 'itself' }] })
  expect(await judgeBoth([log, look], [])).toMatchObject({ kind: 'holds' })
  const key = exhibit('key.txt', `${world.keys.log.verifierKey}\n`)
  expect(await judgeBoth([key, look], [])).toMatchObject({ kind: 'holds', findings: [{ keyFrom: 'given' }] })
})

test('a log that shows another tree than a receipt, a proof or a checkpoint vouches for is caught', async () => {
  const pinned = world.sign({ ...world.receiptBody, checkpoint: { hash: Buffer.alloc(32).toString('base64'), size: 100 } }) // prettier-ignore
  const log = exhibit('log.tar', world.archive)
  expect(await judgeBoth([log, exhibit('receipt.txt', pinned)])).toMatchObject({
    problem: { what: 'log', code: 'root-wrong', values: { size: '100' } },
  })
  const later = world.sign({
    ...world.receiptBody,
    checkpoint: { hash: Buffer.alloc(32).toString('base64'), size: 192 },
  })
  expect(await judgeBoth([log, exhibit('receipt.txt', later)])).toMatchObject({
    problem: { what: 'log', code: 'log-shorter', values: { size: '192', first: '128', last: '191' } },
  })
  const twin = exhibit('checkpoint', signedCheckpoint(world.keys.log, Array.from({ length: 128 }, () => Buffer.alloc(32)))) // prettier-ignore
  expect(await judgeBoth([twin, exhibit('look.json', text(world.look))])).toMatchObject({ problem: { code: 'checkpoint-fork' } }) // prettier-ignore
})

const folder = mkdtempSync(join(tmpdir(), 'parley-verify-export-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function cli(file: string, content: string | Uint8Array, keys: readonly string[] = [world.keys.log.verifierKey]) {
  const path = join(folder, file)
  writeFileSync(path, content)
  let said = ''
  const code = await runVerify({ write: (words) => (said += words) }, { what: [path], keys, json: false })
  return { code, said: said.replaceAll(`${folder}/`, '') }
}

test('the command says so in one sentence, bad input included', async () => {
  const whole = text(world.bundle)
  expect(await cli('export.json', whole)).toEqual({
    code: 0,
    said: 'This export holds: 3 looks are proven in the log log.test/parley and 1 promised, 3 agreements are signed with a passkey, and 1 receipt is signed. A key came from the very thing that was checked: compare it with one you got elsewhere.\n', // prettier-ignore
  })
  const lie = tamperings.find(({ name }) => name === 'a field says another minute')
  expect(await cli('lie.json', lie === undefined ? '' : tamperedFile(lie, world))).toEqual({
    code: 1,
    said: 'The export lie.json does not hold: in look 2, what it says is not what the log committed to at that place.\n',
  })
  expect(await cli('cut.json', whole.slice(0, 500))).toMatchObject({ code: 3, said: expect.stringMatching(/damaged or cut short/) }) // prettier-ignore
  expect(await cli('empty', '')).toMatchObject({ code: 3, said: expect.stringMatching(/is empty/) })
  expect(await cli('letter.txt', 'Dear Sir')).toMatchObject({ code: 3, said: expect.stringMatching(/neither a log/) })
  expect(await cli('other.json', '{"a":1}')).toMatchObject({ code: 3 })
  expect(await cli('bytes', Buffer.of(0xff, 0xfe, 0))).toMatchObject({ code: 3 })
  expect(await cli('cut.tar', world.archive.slice(0, 5_000))).toMatchObject({ code: 3, said: expect.stringMatching(/cut short/) }) // prettier-ignore
  expect(await cli('look.json', text(world.look), [])).toMatchObject({ code: 2, said: expect.stringMatching(/give that key/) }) // prettier-ignore
  expect(await cli('log.tar', world.archive)).toMatchObject({ code: 0 })
  expect(await cli('cut-receipt.txt', (world.bundle.receipts[0] ?? '').slice(0, 60))).toMatchObject({ code: 1 })
})
