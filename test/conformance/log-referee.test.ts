// The log judged by somebody else's code: golang.org/x/mod on Debian's Go. Registered where `go` is there; CI must have it.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sha256 } from '../../src/audit/sha256.ts'
import { readLogKeys } from '../../src/audit/index.ts'
import { newLogKey } from '../../src/audit/test-support/log-world.ts'
import { signedCheckpoint } from '../../src/audit/test-support/memory-log.ts'
import { leafHashOf } from '../../src/audit/leaf.ts'
import { consistencyRanges, growTree, inclusionRanges, toBase64 } from '../../src/kernel/index.ts'
import type { LeafRange } from '../../src/kernel/index.ts'
import { eventually } from '../setup/eventually.ts'
import { startParley } from '../setup/parley-processes.ts'
import { createProcessLooker } from '../setup/process-looker.ts'

const go = process.env['PARLEY_GO'] ?? 'go'
const modules = '/usr/share/gocode'
const hasGo = spawnSync(go, ['version']).status === 0 && existsSync(join(modules, 'src/golang.org/x/mod/sumdb/tlog'))

if (!hasGo && process.env['CI'] !== undefined) {
  test('the referee is there', () => {
    throw new Error('CI needs Debian’s golang-go and golang-golang-x-mod-dev')
  })
}

if (hasGo) {
  describe('a Go program that knows nothing of us', () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-referee-'))
    const referee = join(folder, 'referee')
    beforeAll(() => {
      const source = fileURLToPath(new URL('log-referee.go', import.meta.url))
      execFileSync(go, ['build', '-o', referee, source], {
        env: { ...process.env, GO111MODULE: 'off', GOPATH: modules, GOCACHE: join(folder, 'cache'), GOFLAGS: '' },
      })
    })
    afterAll(() => rmSync(folder, { recursive: true, force: true }))

    const judge = (claims: readonly Claim[]): readonly boolean[] =>
      execFileSync(referee, ['proofs'], {
        input: claims.map((one) => `${JSON.stringify(one)}\n`).join(''),
        maxBuffer: 1e8,
      })
        .toString()
        .trimEnd()
        .split('\n')
        .map((line) => line === 'true')

    test('accepts our inclusion and consistency proofs for trees of 1 to 300 leaves', () => {
      const claims = Array.from({ length: sizeMax }, (_, at) => claimsOf(at + 1)).flat()
      const verdicts = judge(claims)
      expect(verdicts).toHaveLength(claims.length)
      expect(claims.filter((_, at) => verdicts[at] !== true)).toEqual([])
    })

    test('refuses 1,000 proofs and checkpoints in which one thing was changed', () => {
      const claims = Array.from({ length: 1_000 }, (_, at) => mutated(at))
      expect(judge(claims).filter((accepted) => accepted)).toHaveLength(0)
      expect(judge([checkpointClaim()])).toEqual([true])
    })

    test('follows 20 checkpoints of a running gateway with all their tiles and entries, while looks go on', async () => {
      const parley = await startParley({ beatSeconds: 1, witness: true })
      try {
        const { folder, addresses } = parley
        const vkey = readLogKeys({ ...folder, origin: 'localhost/log', key: folder.logKey }).log.verifierKey
        const url = `${addresses.gateway}/log`
        const looker = await createProcessLooker(parley)
        let looks = 0n
        await eventually('the first checkpoint', async () => (await fetch(`${url}/checkpoint`)).ok)
        const following = runReferee(referee, ['log', url, vkey, '20'])
        while (!following.ended()) {
          looks = await looker.look()
          await new Promise((resolve) => setTimeout(resolve, 50))
        }
        const followed = await following.result
        expect(followed.output).toMatch(/^20 checkpoints, \d+ entries\n$/)
        expect(followed.code).toBe(0)
        expect(looks).toBeGreaterThan(20n)
        expect(await (await fetch(`${url}/checkpoint`)).text()).toMatch(/^— localhost\/witness /m)
        const changed = await runReferee(referee, ['mutants', url, vkey, '1000', '7']).result
        expect(changed).toEqual({
          code: 0,
          output: expect.stringMatching(/^1000 changes of \d+ resources, all refused\n$/),
        })
        await looker.end()
      } finally {
        await parley.stop()
      }
    }, 600_000)
  })
}

const sizeMax = 300
const commitments = Array.from({ length: sizeMax }, () => randomBytes(32))
const leaves = commitments.map(leafHashOf)
const key = newLogKey()

type Claim = {
  readonly kind: 'inclusion' | 'consistency' | 'note'
  readonly size: number
  readonly index?: number
  readonly first?: number
  readonly leaf?: string
  readonly root?: string
  readonly firstRoot?: string
  readonly proof?: readonly string[]
  readonly note?: string
  readonly vkey?: string
}

const known = new Map<string, string>()

function hashOf({ start, end }: LeafRange): string {
  const name = `${start}-${end}`
  const hash = known.get(name) ?? derive(leaves.slice(Number(start), Number(end)))
  known.set(name, hash)
  return hash
}

function derive(some: readonly Uint8Array[]): string {
  const tree = growTree(sha256)
  for (const leaf of some) tree.add(leaf)
  return toBase64(tree.root())
}

const rootOf = (size: number): string => hashOf({ start: 0n, end: BigInt(size) })

/** All places and earlier sizes of small trees, some of large ones. */
function claimsOf(size: number): readonly Claim[] {
  const step = size <= 40 ? 1 : 23
  const places = Array.from({ length: size }, (_, at) => at).filter((at) => at % step === 0 || at === size - 1)
  return places.flatMap((at) => [inclusionClaim(size, at), consistencyClaim(size, at + 1)])
}

function inclusionClaim(size: number, index: number): Claim {
  const proof = inclusionRanges(BigInt(index), BigInt(size)).map(hashOf)
  return {
    kind: 'inclusion',
    size,
    root: rootOf(size),
    index,
    leaf: toBase64(leaves[index] ?? new Uint8Array(0)),
    proof,
  }
}

function consistencyClaim(size: number, first: number): Claim {
  const proof = consistencyRanges(BigInt(first), BigInt(size)).map(hashOf)
  return { kind: 'consistency', size, root: rootOf(size), first, firstRoot: rootOf(first), proof }
}

function checkpointClaim(): Claim {
  const note = Buffer.from(signedCheckpoint(key, commitments)).toString()
  return { kind: 'note', size: sizeMax, note, vkey: key.verifierKey }
}

function mutated(at: number): Claim {
  if (at % 3 === 0) return mutatedNote(at)
  const size = 3 + (at % 290)
  const claim = at % 3 === 1 ? inclusionClaim(size, at % size) : consistencyClaim(size, 1 + (at % (size - 1)))
  const proof = [...(claim.proof ?? [])]
  if (proof.length === 0) return { ...claim, root: flipped(claim.root ?? '', at) }
  if (at % 2 === 0) return { ...claim, root: flipped(claim.root ?? '', at) }
  proof[at % proof.length] = flipped(proof[at % proof.length] ?? '', at)
  return { ...claim, proof }
}

function mutatedNote(at: number): Claim {
  const claim = checkpointClaim()
  const bytes = Buffer.from(claim.note ?? '')
  // Only what was signed, and the signature: the key's name in the signature line makes it a stranger's, refused too.
  // The last digit before the padding has bits that mean nothing: Go reads a signature spelt with others as the same.
  const spare = bytes.lastIndexOf('=') - 1
  const place = at % bytes.length === spare ? 0 : at % bytes.length
  bytes[place] = (bytes[place] ?? 0) ^ (1 << (at % 3))
  return { ...claim, note: bytes.toString('utf8') }
}

function flipped(base64: string, at: number): string {
  const bytes = Buffer.from(base64, 'base64')
  bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << (at % 8))
  return bytes.toString('base64')
}

function runReferee(program: string, args: readonly string[]) {
  const child = spawn(program, args)
  let output = ''
  let isOver = false
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()))
  child.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()))
  const result = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.on('close', (code) => {
      isOver = true
      resolve({ code, output })
    })
  })
  return { ended: () => isOver, result }
}
