import type { BrowserContext, Locator, Page } from 'playwright-core'
import type { DemoFile } from '../demo-file.ts'

/** A person's window of the sandbox messenger. */
export type ChatWindow = {
  readonly page: Page
  /** Types a message and sends it; resolves with the text of the next message that comes back, or the next with these words. */
  say(text: string, words?: RegExp): Promise<string>
  /** Taps the newest quick reply or button of this title; resolves like {@link ChatWindow.say}. */
  tap(title: string, words?: RegExp): Promise<string>
  /** The newest message of the page's that holds these words, once it is there. */
  waitFor(words: string | RegExp): Promise<Locator>
  /** The address behind a button in the newest message that has one of this title. */
  linkOf(title: string | RegExp): Promise<string>
}

// A reply takes a bank's answer at worst: its deadline of ten seconds, and room for a slow machine.
const replyWithinMs = 30_000

/** Makes a person at the sandbox messenger and opens their thread. `heard` is told of each message, either way. */
export async function openChat(
  context: BrowserContext,
  demo: DemoFile,
  name: string,
  heard?: (from: 'person' | 'page', text: string) => void,
): Promise<ChatWindow> {
  const page = await context.newPage()
  await page.goto(demo.messenger.ui)
  await page.getByTestId('new-name').fill(name)
  await page.getByTestId('new-person').click()
  await page.getByTestId('composer').waitFor()
  const fromPage = page.locator('[data-testid=message][data-from=page]')

  // Notices come by themselves, between two messages of the person's: they are told in their place as well.
  let told = 0
  const tellUpTo = async (count: number): Promise<void> => {
    for (; told < count; told += 1) heard?.('page', await bubbleText(fromPage.nth(told)))
  }
  const nextAfter = async (said: string, act: () => Promise<void>, words = /./): Promise<string> => {
    const before = await fromPage.count()
    await tellUpTo(before)
    heard?.('person', said)
    await act()
    for (let next = before; ; next += 1) {
      await fromPage.nth(next).waitFor({ timeout: replyWithinMs })
      await tellUpTo(next + 1)
      const text = await bubbleText(fromPage.nth(next))
      if (words.test(text)) return text
    }
  }
  return {
    page,
    say: (text, words) =>
      nextAfter(
        text,
        async () => {
          await page.getByTestId('composer').fill(text)
          await page.getByTestId('send').click()
        },
        words,
      ),
    tap: (title, words) =>
      nextAfter(
        `[${title}]`,
        async () => {
          await page
            .locator('[data-testid=quick-reply], [data-testid=button], [data-testid=get-started]')
            .filter({ hasText: title })
            .last()
            .click()
        },
        words,
      ),
    async waitFor(words) {
      const message = fromPage.filter({ hasText: words }).last()
      await message.waitFor({ timeout: replyWithinMs })
      await tellUpTo(await fromPage.count())
      return message
    },
    async linkOf(title) {
      const button = page.locator('[data-testid=button][data-kind=url]').filter({ hasText: title }).last()
      await button.waitFor({ timeout: replyWithinMs })
      await button.click()
      const address = await page.getByTestId('open-browser').getAttribute('href')
      await page.keyboard.press('Escape')
      return address ?? ''
    },
  }
}

async function bubbleText(message: Locator): Promise<string> {
  const bubble = message.locator('.bubble').first()
  return (await bubble.count()) > 0 ? bubble.innerText() : message.innerText()
}
