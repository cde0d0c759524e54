import { eventually } from '../../setup/eventually.ts'
import { readForms, textOf } from '../../setup/html-forms.ts'
import type { HtmlForm } from '../../setup/html-forms.ts'
import type { BrowserPage } from '../../setup/http-browser.ts'
import { submitWithPasskey } from '../../setup/link-person.ts'
import type { TestPerson } from '../../setup/link-person.ts'
import type { ParleyProcesses } from '../../setup/parley-processes.ts'

const withinMs = 30_000

/** Whether every card of a person's can be paid with, as their own page says it. */
export async function activeCards(parley: ParleyProcesses, person: TestPerson): Promise<'all' | 'some'> {
  return formsTo(await cardsPage(parley, person), '/unfreeze').length === 0 ? 'all' : 'some'
}

/** The honest way back: the customer unfreezes what is frozen, on the page and with the passkey. */
export async function unfreezeCard(parley: ParleyProcesses, person: TestPerson): Promise<void> {
  await eventually(
    'the card is unfrozen',
    async () => {
      const page = await cardsPage(parley, person)
      const [form] = formsTo(page, '/unfreeze')
      if (form === undefined) return true
      await submitWithPasskey(person, page, form)
      return false
    },
    withinMs,
  )
}

async function cardsPage(parley: ParleyProcesses, person: TestPerson): Promise<BrowserPage> {
  const page = await person.browser.open(`${parley.addresses.gateway}/me/cards`)
  const forms = readForms(page.text)
  const signIn = forms.find(
    ({ attributes }) => attributes['data-passkey'] === 'get' && attributes['action']?.includes('/unfreeze') !== true,
  )
  if (page.status >= 400) throw new Error(`no page of cards (${page.status}): ${textOf(page.text).slice(0, 200)}`)
  if (signIn === undefined) return page
  await submitWithPasskey(person, page, signIn)
  return await person.browser.open(`${parley.addresses.gateway}/me/cards`)
}

function formsTo(page: BrowserPage, end: string): readonly HtmlForm[] {
  return readForms(page.text).filter(({ attributes }) => attributes['action']?.endsWith(end) === true)
}
