import type { Browser, BrowserContext } from 'playwright-core'
import type { PracticePasskeys } from '../chromium.ts'
import type { DemoFile } from '../demo-file.ts'
import type { ChatWindow } from './chat-window.ts'
import { type OpenDesk, openDesk } from './open-desk.ts'
import type { Story } from './story.ts'

/** What the chapter needs: the customer's browser, and another for the agent. */
type Telling = {
  readonly browser: Browser
  readonly context: BrowserContext
  readonly passkeys: PracticePasskeys
  readonly demo: DemoFile
  readonly chat: ChatWindow
  readonly story: Story
  readonly aside: (text: string) => void
}

/**
 * The customer asks for a person. An agent takes the chat, sees nothing of the accounts until the customer's passkey allows it for
 * this chat, answers with a figure that stays out of the chat, and hands back.
 */
export async function playAPerson(telling: Telling): Promise<void> {
  const { browser, chat, demo, story, aside } = telling
  const desk = await openDesk(browser, demo)
  if (desk === undefined) {
    aside('The desk is left out: the agent’s one-time code was used before, and the passkey made with it is elsewhere.')
    return
  }
  await chat.page.bringToFront()
  await chat.say('I want to talk to a person', /person/)
  await takeOver(telling, desk)
  await allowToLook(telling, desk)
  const figure = await desk.lookAtBalances()
  await story.scene(
    desk.page,
    'By leave, for this chat',
    'Shown once, kept nowhere, and written down before the bank was asked.',
  )
  await desk.answer(`It is ${figure}.`)
  await chat.page.bringToFront()
  await chat.waitFor(/kept the words out of this chat/)
  await story.scene(
    chat.page,
    'What the agent typed',
    'It held a figure, so it went to the page behind the passkey. The chat says that it is there.',
  )
  await desk.handBack()
  await chat.waitFor(/From here on it is automated again/)
  await desk.close()
}

async function takeOver({ chat, story, aside }: Telling, desk: OpenDesk): Promise<void> {
  aside('At the bank’s desk: an agent signs in with a passkey of their own and takes the chat.')
  await desk.page.bringToFront()
  await desk.takeNext()
  await chat.waitFor(/has joined/)
  await story.scene(
    desk.page,
    'The desk',
    'The question, and what is written from now on. Nothing of the accounts, and nothing written before.',
  )
}

async function allowToLook({ context, passkeys, chat, story }: Telling, desk: OpenDesk): Promise<void> {
  await desk.askToSee()
  await chat.page.bringToFront()
  await chat.waitFor(/You decide with your passkey/)
  const page = await context.newPage()
  await passkeys.equip(page)
  await page.goto(await chat.linkOf('Allow for this chat'))
  // The privacy centre was opened with the passkey before; whoever comes without that is asked for it here.
  const allow = page.getByRole('button', { name: 'Allow for this chat' })
  const signIn = page.getByRole('button', { name: 'Use my passkey' })
  await allow.or(signIn).first().waitFor()
  if (await signIn.isVisible()) await signIn.click()
  await allow.click()
  await page.locator('form[data-passkey]').waitFor()
  await story.scene(
    page,
    'May this person look?',
    'One chat, one bank, what was asked for, and an end: the passkey signs exactly that.',
  )
  await page.locator('form[data-passkey]').getByRole('button', { name: 'Allow for this chat' }).click()
  await page.getByText('Allowed for this chat.').waitFor()
  await page.close()
  await desk.page.bringToFront()
}
