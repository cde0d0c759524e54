// Server and browser must agree on every edge case of Ed25519: a verdict may not depend on who reaches it.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as esbuild from 'esbuild'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { verifyEd25519 } from '../../src/audit/ed25519.ts'
import { launchChromium } from '../../src/demo/chromium.ts'
import { verifyEd25519 as verifyInPage } from '../../web/verify/ed25519.ts'
import { repositoryRoot } from '../setup/build-folder.ts'

const file = join(process.env['PARLEY_FIXTURES'] ?? '', 'audit-log/ed25519/ed25519vectors.json')
const vectors = z
  .array(z.object({ number: z.number(), key: z.string(), sig: z.string(), msg: z.string() }))
  .parse(JSON.parse(readFileSync(file, 'utf8')))
const byServer = vectors.map(({ key, sig, msg }) =>
  verifyEd25519(Buffer.from(key, 'hex'), Buffer.from(msg), Buffer.from(sig, 'hex')),
)

let browser: Browser
beforeAll(async () => {
  browser = await launchChromium({ headless: true })
})
afterAll(async () => {
  await browser?.close()
})

test('the page’s code, in Chromium, judges all vectors as the server does', async () => {
  expect([vectors.length, byServer.filter(Boolean).length]).toEqual([457, 45])
  const built = await esbuild.build({
    entryPoints: [join(repositoryRoot, 'web/verify/ed25519.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'page',
    target: 'es2022',
  })
  const page = await browser.newPage()
  await page.addScriptTag({ content: built.outputFiles[0]?.text ?? '' })
  const judged = await page.evaluate(`(() => {
    const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (two) => parseInt(two, 16))
    return ${JSON.stringify(vectors)}.map(({ key, sig, msg }) =>
      page.verifyEd25519(bytes(key), new TextEncoder().encode(msg), bytes(sig)))
  })()`)
  expect(judged).toEqual(byServer)
})

test('so it does with keys and signatures that are no points, beyond the field, or cut', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const key = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  const message = Buffer.from('message')
  const good = sign(null, message, privateKey)
  expect(verifyInPage(key, message, good)).toBe(true)
  const zeros = [Buffer.alloc(32), Buffer.concat([Buffer.alloc(31), Buffer.of(0x80)])]
  const ones = [Buffer.alloc(32, 0xff), Buffer.concat([Buffer.of(1), Buffer.alloc(30), Buffer.of(0x80)])]
  const keys = [key, ...zeros, ...ones, ...Array.from({ length: 300 }, () => randomBytes(32))]
  for (const one of keys) {
    for (const signature of [good, Buffer.alloc(64), randomBytes(64), Buffer.concat([one, Buffer.alloc(32)])]) {
      expect(verifyInPage(one, message, signature)).toBe(verifyEd25519(one, message, signature))
    }
  }
  expect(verifyInPage(key, message, good.subarray(0, 63))).toBe(false)
  expect(verifyInPage(key.subarray(1), message, good)).toBe(false)
})
