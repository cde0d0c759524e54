import type { BrowserContext } from 'playwright-core'
import type { PracticePasskeys } from '../chromium.ts'
import type { DemoFile } from '../demo-file.ts'
import type { ChatWindow } from './chat-window.ts'
import type { Centre } from './open-centre.ts'
import { openSealed } from './open-sealed.ts'
import { openThievesRoom } from './steal-card.ts'
import type { Story } from './story.ts'

/** What the chapter needs: the person's browser with the privacy centre open, and whom the bank knows them as. */
type Fraud = {
  readonly context: BrowserContext
  readonly passkeys: PracticePasskeys
  readonly demo: DemoFile
  readonly chat: ChatWindow
  readonly centre: Centre
  readonly login: string
  readonly story: Story
  readonly aside: (text: string) => void
}

/**
 * A card is stolen: alerts are turned on, the bank's question comes into the chat, "Not me" freezes the card, the page shows the payment,
 * and who looked.
 */
export async function playStolenCard(fraud: Fraud): Promise<void> {
  await turnOn(fraud)
  const room = await openThievesRoom(fraud.context, fraud.demo)
  await beAsked(fraud, room)
  await sayNotMe(fraud, room)
  await room.close()
  await readPayment(fraud)
  await seeWhoLooked(fraud)
}

type Room = Awaited<ReturnType<typeof openThievesRoom>>

async function turnOn({ centre, story, aside }: Fraud): Promise<void> {
  aside('In the privacy centre: “warn me about card fraud”, with the passkey.')
  await centre.page.bringToFront()
  await centre.chooseAlerts(async () =>
    story.scene(
      centre.page,
      'Leave to be warned',
      'A switch of its own. It says what the bank will send and how long it is kept, and the passkey signs it.',
    ),
  )
}

async function beAsked({ chat, story, aside, login }: Fraud, room: Room): Promise<void> {
  aside('In the control room: somebody copies the card and pays with it on another continent.')
  await room.page.bringToFront()
  await room.steal(login, 'Copy the card')
  await story.scene(
    room.page,
    'Somebody else pays',
    'A coffee near home, and at once jewellery and cash far away. The bank asks Parley at each use.',
  )
  await chat.page.bringToFront()
  await chat.waitFor(/a question about a card payment/)
  await story.scene(
    chat.page,
    'The question',
    'The messenger learns that the bank has a question, and nothing else: the same words for everybody.',
  )
}

async function sayNotMe({ chat, story, aside, login }: Fraud, room: Room): Promise<void> {
  await chat.tap('Not me', /is frozen as of/)
  await story.scene(
    chat.page,
    'Not me',
    'One tap, no passkey, since it only makes things safer. The bank has frozen the card.',
  )
  await room.page.bringToFront()
  const refused = await room.pay(login)
  aside(`The thief tries once more. The bank: ${refused}`)
  await story.scene(room.page, 'Tried again', 'The bank refuses the card by itself; nobody has to be asked any more.')
}

async function readPayment({ context, passkeys, chat, story, aside }: Fraud): Promise<void> {
  const text = await openSealed(context, passkeys, {
    shows: 'payment',
    url: await chat.linkOf('See details'),
    seen: (page, state) =>
      state === 'locked'
        ? story.scene(
            page,
            'The question, locked',
            '“Not me” works here as well. To see the payment takes the passkey.',
          )
        : story.scene(
            page,
            'The payment',
            'How much, where, when, how it stands, and a dispute that is ready to send.',
          ),
  })
  aside(`On Parley’s page, after the passkey:\n\n${text.trim().replaceAll(/^/gm, '      ')}`)
}

async function seeWhoLooked({ centre, story, aside }: Fraud): Promise<void> {
  await centre.page.bringToFront()
  await centre.showLooks()
  // The looks for the question and for the page stand above it.
  await centre.openLook(/in that hour\. Nothing of it went anywhere/)
  aside(
    `Who looked at the card’s uses:\n\n${(await centre.page.locator('main .card').first().innerText()).trim().replaceAll(/^/gm, '      ')}`,
  )
  await story.scene(
    centre.page,
    'The hour’s look',
    'One entry stands for each hour in which card uses came in. It was written down before the first of them was kept.',
  )
}

/** What makes things looser again takes the passkey; so does the end of the alerts, after which nothing of the card is opened any more. */
export async function playLoosened({ centre, story, aside }: Pick<Fraud, 'centre' | 'story' | 'aside'>): Promise<void> {
  aside('The card works again, and the alerts end: each with the passkey, and not with words in a chat.')
  await centre.page.bringToFront()
  await centre.unfreezeCard(async () =>
    story.scene(
      centre.page,
      'Loosening takes the passkey',
      'A tap froze the card; a thief with the phone in hand cannot let it work again.',
    ),
  )
  await centre.endAlerts()
}
