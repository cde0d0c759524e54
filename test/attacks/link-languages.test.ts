import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ConversationId } from '../../src/kernel/index.ts'
import { confirmCode } from '../../src/linking/index.ts'
import { loadWords } from '../../src/pages/index.ts'
import { addPerson, cutOff, isTooWide, smallTargets, startBrowser } from './link-browser.ts'
import { ownForm, send } from './link-requests.ts'
import { createVisitor } from './link-visitor.ts'
import { createLinkWorld } from './link-world.ts'
import type { LinkWorld } from './link-world.ts'

let world: LinkWorld
let browser: Browser
beforeAll(async () => {
  world = await createLinkWorld()
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await world?.end()
})

async function addConversationIn(language: string): Promise<ConversationId> {
  const id = await world.addConversation()
  await world.admin.run('UPDATE channels.conversation SET language = $2 WHERE id = $1', [id, language])
  return id
}

describe('the language of the link pages', () => {
  test('a Spanish conversation’s link opens in Spanish in an English browser, to the last page', async () => {
    const conversation = await addConversationIn('es')
    const visitor = createVisitor()
    await visitor.walkTo(await world.offer(conversation), '/link/passkey')
    expect(visitor.page.text).toContain('<html lang="es">')
    expect(visitor.text()).toContain('Vas a vincular un banco con tu conversación con Parley en Messenger')
    await visitor.press('Crear una passkey')
    await visitor.press('First Valley Bank')
    await visitor.press('Firmar con mi passkey')
    world.bank.refuseWith = 'banks/access-denied'
    await visitor.follow('Ir a First Valley Bank')
    await visitor.follow('Allow')
    expect(visitor.text()).toContain('El banco dice que la solicitud se rechazó allí.')
    world.bank.refuseWith = undefined
    await visitor.follow('Intentar de nuevo')
    await visitor.press('First Valley Bank')
    await visitor.press('Firmar con mi passkey')
    await visitor.follow('Ir a First Valley Bank')
    await visitor.follow('Allow')
    await visitor.press('Continuar')
    expect(visitor.text()).toContain('Tus saldos')
    await visitor.press('Leerlo entero')
    expect(visitor.text()).toMatch(/Termina \d{1,2} de [a-z]+ de \d{4} a las 23:59/)
    await visitor.press('Firmar con mi passkey')
    expect(visitor.path()).toBe('/link/code')
    expect(visitor.text()).toContain('Escribe este código en Messenger')
    await visitor.open(`${world.origin}/link/callback?state=invented`)
    expect(visitor.text()).toContain('Esto no viene de tu visita al banco')
    expect(visitor.page.text).toContain('<html lang="es">')
  })

  test('the conversation’s language comes first, then the browser’s, and its region is kept where it fits', async () => {
    const visitor = createVisitor()
    await visitor.walkTo(await world.offer(await addConversationIn('pt')), '/link/passkey')
    expect(visitor.page.text).toContain('<html lang="pt">')
    const inert = await send('GET', await world.offer(await addConversationIn('pt')), { 'accept-language': 'fr-CA' })
    expect(inert.text).toContain('<html lang="fr-CA">')
    expect(inert.text).toContain('Relier une banque à Parley')
    const nobody = await send('POST', `${world.origin}/link/stop`, { ...ownForm, 'accept-language': 'de-AT,en;q=0.5' })
    expect(nobody.text).toContain('<html lang="de-AT">')
    expect(nobody.text).toContain('Diese Seite ist abgelaufen')
  })
})

/** Where to keep pictures of each page, for looking at them; nowhere unless asked for. */
const picturesFolder = process.env['PARLEY_PICTURES']

/** German has the longest words; the others too when pictures are wanted. */
const looked = picturesFolder === undefined ? ['de'] : ['de', 'fr', 'es', 'pt']

test.each(looked)(
  'on a phone nothing is cut off and nothing goes sideways: %s',
  { timeout: 180_000 },
  async (language) => {
    const words = loadWords(new URL('../../src/linking/words/', import.meta.url)).for(language)
    const { context, page } = await addPerson(browser, { width: 390, locale: language })
    const bank = 'First Valley Bank'
    const named = { bank, channel: 'Messenger' }
    const check = async (name: string, heading: string): Promise<void> => {
      await page.getByRole('heading', { level: 1, name: words.say(heading, named) }).waitFor()
      if (picturesFolder !== undefined) {
        await page.screenshot({ path: join(picturesFolder, `${language}-${name}.png`), fullPage: true })
      }
      expect(await page.locator('html').getAttribute('lang'), name).toBe(language)
      expect(await isTooWide(page), name).toBe(false)
      expect(await cutOff(page), name).toEqual([])
      expect(await smallTargets(page), name).toEqual([])
    }
    const press = (key: string): Promise<void> =>
      page
        .getByRole('button', { name: words.say(key) })
        .first()
        .click()
    const pressBank = (): Promise<void> => page.getByRole('button', { name: bank }).first().click()
    const goToBank = async (): Promise<void> => {
      await page.getByRole('link', { name: words.say('depart.button', named) }).click()
      await page.locator('#allow').click()
    }

    const conversation = await addConversationIn(language)
    const offered = await world.offer(conversation)
    await page.goto(offered)
    await check('01-open', 'open.title')
    await press('open.button')
    await check('02-passkey', 'passkey.heading')
    await page.getByText(words.say('passkey.what')).click()
    await check('03-passkey-what', 'passkey.heading')
    await press('passkey.create')
    await page.waitForURL('**/link/bank')
    world.bank.health = 'down'
    await page.reload()
    await check('04-bank-down', 'bank.heading')
    await pressBank()
    await check('05-setup-down', 'setup.heading')
    world.bank.health = 'ok'
    await press('setup.button')
    await check('06-depart', 'depart.heading')
    world.bank.refuseWith = 'banks/access-denied'
    await goToBank()
    await check('07-declined', 'bankTrouble.title')
    world.bank.refuseWith = undefined
    await page.getByRole('link', { name: words.say('bankTrouble.again-button') }).click()
    await pressBank()
    await press('setup.button')
    await goToBank()
    await check('08-accounts', 'accounts.heading')
    await press('continue')
    await check('09-sharing', 'sharing.heading')
    await page.locator('input[name=disclosure][value=full]').check()
    await press('sharing.button')
    await page.getByText(words.say('terms.document')).click()
    await check('10-summary', 'summary.heading')
    await press('summary.button')
    await check('11-code', 'code.heading')
    const code = (await page.locator('.code').textContent()) ?? ''
    expect(await world.answer.transaction((tx) => confirmCode(world, tx, { conversation, code }))).toBe('confirmed')
    await page.goto(`${world.origin}/link/continue`)
    await check('12-done', 'done.title')

    await page.goto(await world.offer(conversation, 'change'))
    await press('open.button')
    await check('20-change-passkey', 'passkey.changeHeading')
    await press('passkey.use')
    await check('21-change', 'change.heading')
    await press('change.end')
    await page.getByText(words.say('change.none', named)).waitFor()
    await check('22-ended', 'change.heading')

    await page.goto(await world.offer(conversation, 'recover'))
    await press('open.button')
    await check('30-lost', 'lost.title')
    await pressBank()
    await page.waitForURL('**/link/depart')
    await goToBank()
    await check('31-new-passkey', 'newPasskey.title')
    await press('passkey.create')
    await check('32-recovering', 'recovering.title')
    await page.goto(offered)
    await press('open.button')
    await check('40-used-link', 'over.title')
    await context.close()
  },
)
