// The sceptic's way, against a gateway that runs: the log over HTTP, kept in one file, checked again in the page without a network.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from '../../src/demo/chromium.ts'
import { runVerify } from '../../src/verify/index.ts'
import { eventually } from '../setup/eventually.ts'
import { type ParleyProcesses, startParley } from '../setup/parley-processes.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-verify-live-'))
const saved = join(folder, 'log.tar')
let parley: ParleyProcesses

beforeAll(async () => {
  parley = await startParley({ beatSeconds: 1 })
})
afterAll(async () => {
  await parley?.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function verify(what: string, keys: readonly string[], save?: string) {
  let said = ''
  const args = { what: [what], keys, json: false, ...(save === undefined ? {} : { save }) }
  return { code: await runVerify({ write: (text) => (said += text) }, args), said }
}

test('a running log holds, from its address and from the file it was kept in, on the command line and in the page', async () => {
  const { gateway } = parley.addresses
  await eventually('a checkpoint', async () => (await fetch(`${gateway}/log/checkpoint`)).status === 200)
  const key = (await (await fetch(`${gateway}/log/vkey`)).text()).trim()
  const live = await verify(`${gateway}/log`, [key], saved)
  expect(live.said).toMatch(
    /^The log \S+ holds: all \d[\d,]* entries were derived anew and agree with its signed checkpoint\.\n$/,
  )
  expect(live.code).toBe(0)
  expect(await verify(saved, [key])).toEqual(live)

  const browser = await launchChromium({ headless: true })
  try {
    const page = await (await browser.newContext()).newPage()
    const response = await page.goto(`${gateway}/verify`)
    expect(response?.headers()['content-security-policy']).toContain(`connect-src 'none'`)
    await page.locator('[data-verify][data-kept="true"]').waitFor()
    await page.context().setOffline(true)
    await page.locator('#files').setInputFiles(saved)
    await page.locator('[data-result][data-verdict="holds"]').waitFor()
    expect(`${await page.locator('[data-status] p').textContent()}\n`).toBe(live.said)
    expect(await page.locator('dl').textContent()).toContain('the one this service shows')
  } finally {
    await browser.close()
  }
})
