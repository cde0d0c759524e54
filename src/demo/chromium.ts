import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, type CDPSession, type Page, chromium } from 'playwright-core'
import { Fault } from '../kernel/index.ts'

// Where browsers of the Chromium family live, most likely first.
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

// Nothing of the browser's own may go out while it shows a demo on this machine.
const quietFlags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts the machine's Chromium, or (headless, Linux on x64) the packaged one. Throws `demo/no-chromium`. */
export async function launchChromium(options: { readonly headless: boolean }): Promise<Browser> {
  const executablePath = await findChromium(options.headless)
  const isRoot = process.getuid?.() === 0
  return chromium.launch({
    executablePath,
    headless: options.headless,
    // The browser refuses its own sandbox as root; the demo shows only pages of this machine.
    args: [...quietFlags, ...(isRoot ? ['--no-sandbox'] : [])],
  })
}

async function findChromium(headless: boolean): Promise<string> {
  const own = places.find((place) => existsSync(place))
  if (own !== undefined) return own
  if (headless && process.platform === 'linux' && process.arch === 'x64') {
    const packaged = await import('@sparticuz/chromium')
    return packaged.default.executablePath()
  }
  throw new Fault('demo/no-chromium', { retry: 'never' })
}

/** A virtual passkey device whose passkeys follow a person from tab to tab, as a real one's do. */
export type PracticePasskeys = {
  /** Plugs the device into a page. Chromium keeps such devices tab by tab, so each page needs it before its first use. */
  equip(page: Page): Promise<void>
  /** What the device holds. */
  readonly held: ReadonlyMap<string, PracticePasskey>
  /** Puts another device in this one's place: its passkeys are here, and what was here before is not. */
  become(other: PracticePasskeys): Promise<void>
}

/** A practice device for one browser context; windows that pages open by themselves are equipped as they appear. */
export function practicePasskeys(context: BrowserContext): PracticePasskeys {
  const known = new Map<string, PracticePasskey>()
  const plugs = new Set<Plug>()
  const equipped = new WeakMap<Page, Promise<void>>()
  const once = (page: Page): Promise<void> => {
    const done = equipped.get(page) ?? equip({ context, page, known, plugs })
    equipped.set(page, done)
    return done
  }
  context.on('page', (page) => void once(page))
  return {
    equip: once,
    held: known,
    async become(other) {
      const theirs = [...other.held.values()]
      known.clear()
      for (const passkey of theirs) known.set(passkey.credentialId, passkey)
      for (const { session, authenticatorId } of plugs) {
        await session.send('WebAuthn.clearCredentials', { authenticatorId })
        for (const credential of theirs) await session.send('WebAuthn.addCredential', { authenticatorId, credential })
      }
    },
  }
}

/** One passkey of a practice device, as the browser's protocol has it. */
export type PracticePasskey = {
  readonly credentialId: string
  readonly isResidentCredential: boolean
  readonly rpId?: string
  readonly privateKey: string
  readonly userHandle?: string
  readonly signCount: number
}

/** The device as one tab has it. */
type Plug = { readonly session: CDPSession; readonly authenticatorId: string }

type Equipping = {
  readonly context: BrowserContext
  readonly page: Page
  readonly known: Map<string, PracticePasskey>
  readonly plugs: Set<Plug>
}

async function equip({ context, page, known, plugs }: Equipping): Promise<void> {
  const session = await context.newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  const plug = { session, authenticatorId }
  for (const credential of known.values()) await session.send('WebAuthn.addCredential', { authenticatorId, credential })
  plugs.add(plug)
  page.once('close', () => plugs.delete(plug))
  // What one tab makes or uses, every other tab has too, with its counter: a counter that goes back looks like a copy.
  const share = ({ credential }: { readonly credential: PracticePasskey }): void => {
    known.set(credential.credentialId, credential)
    for (const other of plugs) if (other !== plug) void hand(other, credential)
  }
  session.on('WebAuthn.credentialAdded', share)
  session.on('WebAuthn.credentialAsserted', share)
}

async function hand({ session, authenticatorId }: Plug, credential: PracticePasskey): Promise<void> {
  const { credentialId } = credential
  const { credentials } = await session.send('WebAuthn.getCredentials', { authenticatorId })
  if (credentials.some((held) => held.credentialId === credentialId)) {
    await session.send('WebAuthn.removeCredential', { authenticatorId, credentialId })
  }
  await session.send('WebAuthn.addCredential', { authenticatorId, credential })
}
