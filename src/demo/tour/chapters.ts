import type { Browser } from 'playwright-core'
import type { DemoFile } from '../demo-file.ts'
import { practicePasskeys } from '../chromium.ts'
import { openChat } from './chat-window.ts'
import type { Story } from './story.ts'

/** What playing needs. */
export type Stage = {
  readonly browser: Browser
  readonly demo: DemoFile
  readonly story: Story
  readonly output: NodeJS.WritableStream
}

/** Plays the whole story: hello, a question, a bank linked, a sealed answer. */
export async function playChapters({ browser, demo, story, output }: Stage): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 })
  practicePasskeys(context)
  const chat = await openChat(context, demo, 'Ana', (from, text) => output.write(`${from}: ${text}\n`))
  await chat.say('hi')
  await story.scene(chat.page, 'Hello', 'x')
}
