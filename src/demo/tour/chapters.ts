import type { Browser, Page } from 'playwright-core'
import { Fault } from '../../kernel/index.ts'
import { practicePasskeys } from '../chromium.ts'
import type { DemoFile } from '../demo-file.ts'
import { openChat } from './chat-window.ts'
import { type LinkStep, visitLink } from './link-visit.ts'
import { playACase } from './case-chapter.ts'
import { playAPerson } from './desk-chapter.ts'
import { playLoosened, playStolenCard } from './fraud-chapter.ts'
import { openCentre } from './open-centre.ts'
import { openSealed } from './open-sealed.ts'
import { playAnyoneCanCheck, playStopMeansStop, playWhoLooked } from './proof-chapters.ts'
import type { Story } from './story.ts'

/** What playing needs. */
export type Stage = {
  readonly browser: Browser
  readonly demo: DemoFile
  readonly story: Story
  readonly output: NodeJS.WritableStream
}

const linkScenes: { readonly [Step in LinkStep]?: readonly [title: string, words: string] } = {
  open: [
    'The link',
    'It works once, in this browser. Opening it changes nothing yet, so a preview crawler cannot use it up.',
  ],
  passkey: ['A passkey', 'It stands for the customer’s signature. Parley has no password to steal.'],
  'choose-bank': ['Choose a bank', 'How the bank is doing is shown before anybody is sent there.'],
  setup: [
    'A first, small signature',
    'Parley may list the accounts once, so that the customer can choose among them. Nothing more.',
  ],
  'bank-login': [
    'Log in at the bank',
    'At the bank itself, by FAPI 2.0. Neither Parley nor the messenger sees the password.',
  ],
  'bank-consent': ['The bank asks as well', 'The customer decides at the bank which accounts it may show to Parley.'],
  accounts: ['Choose accounts', 'Their names are shown here and stored nowhere.'],
  sharing: [
    'What, what for, how much, until when',
    'Sealed is the default: the messenger learns nothing that the bank knows.',
  ],
  summary: [
    'Review and sign',
    'The passkey signs exactly these terms. A separate process checks that signature before every single look.',
  ],
  code: ['Six digits for the chat', 'Whoever signed here and whoever writes there have to be the same person.'],
}

/** Plays the whole story: hello, a question, a bank linked, a sealed answer, who looked, its proof, a stolen card, its case, a person at the bank, and an end to it. */
export async function playChapters({ browser, demo, story, output }: Stage): Promise<void> {
  const [person] = demo.bank.people
  if (person === undefined) throw new Fault('demo/nobody-at-the-bank', { retry: 'never' })
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 })
  const passkeys = practicePasskeys(context)
  const [name = person.name] = person.name.split(' ')
  const chat = await openChat(context, demo, name, (from, text) =>
    output.write(spoken(from === 'page' ? 'Parley' : name, text)),
  )
  const aside = (text: string): void => void output.write(`\n  — ${text}\n`)

  await chat.say('hi')
  await story.scene(
    chat.page,
    'Hello',
    'Parley says at once that it is automated, and that numbers stay out of the chat.',
  )
  await chat.say("what's my balance?")
  await story.scene(
    chat.page,
    'A question before any bank is linked',
    'The question is kept, sealed, and answered once the bank is linked.',
  )

  aside(`${name} opens the link, makes a passkey, logs in at the bank, chooses and signs.`)
  const digits = await visitLink(context, passkeys, {
    url: await chat.linkOf('Link a bank'),
    login: person,
    disclosure: 'sealed',
    seen: async (page: Page, step) => {
      const scene = linkScenes[step]
      if (scene !== undefined) await story.scene(page, ...scene)
    },
  })
  await chat.page.bringToFront()
  await chat.say(digits)
  await chat.waitFor(/answer is ready/)
  await story.scene(
    chat.page,
    'The answer is ready',
    'This is all that the messenger ever carries: the same words, whatever is in the accounts.',
  )

  const figures = await openSealed(context, passkeys, {
    shows: 'balances',
    url: await chat.linkOf('Open answer'),
    seen: (page, state) =>
      state === 'locked'
        ? story.scene(page, 'Locked', 'The page holds no figures until the passkey answers.')
        : story.scene(page, 'The balance', 'Shown once, for ten minutes at most, on Parley’s own page.'),
  })
  aside(`On Parley’s page, after the passkey:\n\n${figures.replaceAll(/^/gm, '      ')}`)

  aside(`${name} opens the privacy centre with the passkey: who looked?`)
  const centre = await openCentre(context, passkeys, demo)
  await playWhoLooked({ centre, story, aside })
  const receipt = await centre.saveReceipt(story.path('receipt-of-a-look.json'))
  const keys = await centre.saveKeys(story.path('log-keys.txt'))
  await playAnyoneCanCheck({ browser, demo, story, aside, receipt, keys })
  await playStolenCard({ context, passkeys, demo, chat, centre, login: person.login, story, aside })
  await playACase({ browser, demo, story, aside })
  await playLoosened({ centre, story, aside })
  await playAPerson({ browser, context, passkeys, demo, chat, story, aside })
  await playStopMeansStop({ chat, centre, story, aside })

  await context.close()
  await story.pair(browser, 'cover.png', ['The answer is ready', 'The balance'])
  await story.pair(browser, 'proof.png', ['Who looked', 'Anyone can check'])
  await story.pair(browser, 'warn.png', ['Not me', 'The payment'])
  await story.pair(browser, 'stop.png', ['Stop means stop', 'The receipt'])
  await story.single(browser, 'desk.png', 'By leave, for this chat')
  await story.single(browser, 'case.png', 'The case')
}

function spoken(who: string, text: string): string {
  return `\n  ${`${who}:`.padEnd(9)}${text.trim().replaceAll('\n', `\n${' '.repeat(11)}`)}\n`
}
