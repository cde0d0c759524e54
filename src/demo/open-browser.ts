import { spawn } from 'node:child_process'
import { openPracticeBrowser } from './practice-browser.ts'

/** How to show the control room. */
export type BrowserWish = { readonly practice: boolean; readonly output: NodeJS.WritableStream }

/**
 * Opens a page in the person's browser. A machine without one is no fault: the address is printed anyway. With
 * `practice`, a Chromium with a virtual authenticator opens instead, for machines that have no passkey of their own.
 */
export async function openBrowser(url: string, wish: BrowserWish): Promise<void> {
  if (wish.practice) {
    await openPracticeBrowser(url)
    return
  }
  const [command, ...words] = opener()
  if (command === undefined) return
  const child = spawn(command, [...words, url], { stdio: 'ignore', detached: true })
  child.once('error', () => wish.output.write(`  (no browser could be opened; the addresses are above)\n`))
  child.unref()
}

function opener(): readonly string[] {
  if (process.platform === 'darwin') return ['open']
  if (process.platform === 'win32') return ['cmd', '/c', 'start', '']
  // Without a display there is nothing to open a window on.
  const { env } = process
  return env['DISPLAY'] === undefined && env['WAYLAND_DISPLAY'] === undefined ? [] : ['xdg-open']
}
