import type { Browser } from 'playwright-core'
import type { DemoFile } from '../demo-file.ts'
import type { ChatWindow } from './chat-window.ts'
import { checkReceipt } from './check-receipt.ts'
import type { Centre } from './open-centre.ts'
import type { Story } from './story.ts'

type Telling = { readonly story: Story; readonly aside: (text: string) => void }

/** The customer sees in the privacy centre who looked, and opens one look with its proof. */
export async function playWhoLooked({ centre, story, aside }: Telling & { readonly centre: Centre }): Promise<void> {
  const { page } = centre
  await story.scene(
    page,
    'The privacy centre',
    'It opens with the passkey, and with nothing else. It names nobody before.',
  )
  await centre.signIn()
  await story.scene(
    page,
    'Who may ask',
    'What was signed, bank by bank. Less is one press away; more needs the passkey again.',
  )
  await centre.showLooks()
  await story.scene(
    page,
    'Who looked',
    'Every look, written down before it happened. The public log takes them in once a minute (every two seconds in a tour’s own demo).',
  )
  await centre.openLook(/Your balances/)
  aside(`One look, in the privacy centre:\n\n${indented(await page.locator('main .card').first().innerText())}`)
  await story.scene(
    page,
    'One look, and its proof',
    'What, why, for whom, and where it stands in the log. Its receipt is a file to keep.',
  )
}

/** A stranger checks the receipt of that look in a browser of their own, without a network. */
export async function playAnyoneCanCheck(
  telling: Telling & {
    readonly browser: Browser
    readonly demo: DemoFile
    readonly receipt: string
    readonly keys: string
  },
): Promise<void> {
  const { browser, demo, story, aside, receipt, keys } = telling
  const sentence = await checkReceipt(browser, {
    url: `${demo.gateway}/verify`,
    file: receipt,
    seen: (page) =>
      story.scene(
        page,
        'Anyone can check',
        'Another browser, nobody signed in, the network switched off after the page had loaded. It checks the receipt by itself.',
      ),
  })
  aside(`A stranger checks that receipt at /verify, without a network:\n\n${indented(sentence)}`)
  aside(`The command says the same:\n\n      ./parley verify ${receipt} --key ${keys}`)
}

/** Words in the chat end it: nothing more is answered, and a signed receipt says what was done. */
export async function playStopMeansStop(
  telling: Telling & { readonly chat: ChatWindow; readonly centre: Centre },
): Promise<void> {
  const { chat, centre, story, aside } = telling
  await chat.page.bringToFront()
  await chat.say('stop sharing', /Done at/)
  await story.scene(
    chat.page,
    'Stop means stop',
    'Words in the chat can only make things safer, so this needs no passkey and holds at once.',
  )
  await chat.say("what's my balance?", /your leave/)
  await story.scene(chat.page, 'Asked again', 'Nobody may ask the bank any more, so there is no answer.')
  await centre.page.bringToFront()
  await centre.openNewestReceipt()
  aside(
    `The receipt, in the privacy centre:\n\n${indented(await centre.page.locator('main .card').first().innerText())}`,
  )
  await story.scene(
    centre.page,
    'The receipt',
    'Signed: when it ended, that the bank took its access back, that the key was destroyed, and what is out of reach.',
  )
}

function indented(text: string): string {
  return text.trim().replaceAll(/^/gm, '      ')
}
