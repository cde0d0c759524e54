import { launchChromium, practicePasskeys } from '../../src/demo/chromium.ts'
import { openChat } from '../../src/demo/tour/chat-window.ts'
import { visitLink } from '../../src/demo/tour/link-visit.ts'
import { openSealed } from '../../src/demo/tour/open-sealed.ts'
import { startDemoProcess } from './demo-process.ts'

/**
 * Starts a demo whose bank serves these statement files, links its first person in a browser, asks for the balance and
 * opens the sealed page. Gives what the page says.
 */
export async function readStatementsAsBalance(files: readonly string[]): Promise<string> {
  const started = await startDemoProcess(files.flatMap((file) => ['--ofx', file]))
  const browser = await launchChromium({ headless: true })
  try {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
    const passkeys = practicePasskeys(context)
    const chat = await openChat(context, started.demo, 'Ana')
    await chat.say('balance')
    const digits = await visitLink(context, passkeys, {
      url: await chat.linkOf('Link a bank'),
      login: started.demo.bank.people[0]!,
      disclosure: 'sealed',
    })
    await chat.page.bringToFront()
    await chat.say(digits)
    await chat.waitFor(/answer is ready/)
    return await openSealed(context, passkeys, { shows: 'balances', url: await chat.linkOf('Open answer') })
  } finally {
    await browser.close()
    await started.stop()
    started.forget()
  }
}
