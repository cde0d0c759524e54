import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { BrowserContext, Page } from 'playwright-core'
import { z } from 'zod'
import type { PracticePasskeys } from '../../src/demo/chromium.ts'
import { buildFolder } from './build-folder.ts'

const run = promisify(execFile)
const addedShape = z.tuple([z.object({ login: z.string(), code: z.string(), address: z.string() })])

/** Somebody of the staff who is to sign in: how is said here and nowhere else in the journeys of the desk. */
export type StaffWish = { readonly login: string; readonly role: string; readonly institution: string }

/** Adds somebody of the staff on the command line, who then signs in in a browser of their own; gives their page. */
export async function signInStaff(
  staffConfig: string,
  browser: { readonly context: BrowserContext; readonly passkeys: PracticePasskeys },
  { login, role, institution }: StaffWish,
): Promise<Page> {
  const main = join(buildFolder(), 'src', 'main.js')
  const words = ['staff', 'add', login, '--role', role, '--institution', institution, '--config', staffConfig, '--json']
  const { stdout } = await run(process.execPath, [main, ...words])
  const [{ address }] = addedShape.parse(JSON.parse(stdout))
  const page = await browser.context.newPage()
  await browser.passkeys.equip(page)
  await page.goto(address)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Make a passkey' }).click()
  await page.getByRole('link', { name: /Sign in/ }).click()
  await page.getByRole('button', { name: 'Use my passkey' }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/staff/'))
  return page
}
