import type { BrowserContext, Page } from 'playwright-core'
import type { PracticePasskeys } from '../chromium.ts'

/** What a person does on the pages where a bank is linked. */
export type LinkWish = {
  readonly url: string
  readonly login: { readonly login: string; readonly password: string }
  readonly disclosure: 'sealed' | 'rounded' | 'full'
  /** Told at each page worth a picture. */
  readonly seen?: (page: Page, step: LinkStep) => Promise<void>
}

/** The pages of the link flow, by what a person does there. */
export type LinkStep =
  | 'open'
  | 'passkey'
  | 'choose-bank'
  | 'setup'
  | 'bank-login'
  | 'bank-consent'
  | 'accounts'
  | 'sharing'
  | 'summary'
  | 'code'

const stepWithinMs = 20_000

/**
 * Walks through the link pages as a person would, from the link in the chat to the six digits that have to be typed
 * there. Gives the digits.
 */
export async function visitLink(context: BrowserContext, passkeys: PracticePasskeys, wish: LinkWish): Promise<string> {
  const page = await context.newPage()
  page.setDefaultTimeout(stepWithinMs)
  await passkeys.equip(page)
  await page.goto(wish.url)
  await wish.seen?.(page, 'open')
  await page.getByRole('button', { name: 'Start' }).click()

  await page.getByRole('heading', { level: 1, name: /linking a bank/ }).waitFor()
  await wish.seen?.(page, 'passkey')
  const create = page.getByRole('button', { name: 'Create a passkey' })
  const known = page.getByRole('button', { name: 'I have a passkey here' })
  await create.or(known).first().waitFor()
  if (await create.isVisible()) await create.click()
  else await known.click()

  await page.getByRole('heading', { level: 1, name: /Which bank/ }).waitFor()
  await wish.seen?.(page, 'choose-bank')
  await page.locator('main').locator('a, button').filter({ hasText: 'First Valley Bank' }).first().click()
  await page.getByRole('heading', { level: 1, name: /Link First Valley Bank/ }).waitFor()
  await wish.seen?.(page, 'setup')
  await page.getByRole('button', { name: 'Sign with my passkey' }).click()
  await page.getByRole('link', { name: /Go to First Valley Bank/ }).click()

  await agreeAtBank(page, wish)

  await page.getByRole('heading', { level: 1, name: /Which accounts/ }).waitFor()
  await wish.seen?.(page, 'accounts')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('heading', { level: 1, name: /What may be asked/ }).waitFor()
  await page.locator(`input[name=disclosure][value=${wish.disclosure}]`).check()
  await wish.seen?.(page, 'sharing')
  await page.getByRole('button', { name: 'Review' }).click()
  await page.getByRole('heading', { level: 1, name: /Review and sign/ }).waitFor()
  await wish.seen?.(page, 'summary')
  await page.getByRole('button', { name: 'Sign with my passkey' }).click()
  await page.getByRole('heading', { level: 1, name: /Type this code/ }).waitFor()
  await wish.seen?.(page, 'code')
  const digits = await page.locator('.code').innerText()
  await page.close()
  return digits.replaceAll(/\D/g, '')
}

async function agreeAtBank(page: Page, wish: LinkWish): Promise<void> {
  await page.locator('input[type=password]').waitFor()
  await page
    .getByLabel(/user|login|name/i)
    .first()
    .fill(wish.login.login)
  await page.locator('input[type=password]').fill(wish.login.password)
  await wish.seen?.(page, 'bank-login')
  await page.getByRole('button', { name: 'Sign in' }).click()
  const share = page.getByRole('button', { name: 'Share', exact: true })
  await share.waitFor()
  await wish.seen?.(page, 'bank-consent')
  await share.click()
}
