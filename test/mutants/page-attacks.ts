import type * as Answers from '../../src/answers/index.ts'
import type * as Channels from '../../src/channels/index.ts'
import { connect } from 'node:net'
import { z } from 'zod'
import type { ConversationId } from '../../src/kernel/index.ts'
import type * as Linking from '../../src/linking/index.ts'
import { bytesColumn } from '../../src/platform/index.ts'
import type * as Platform from '../../src/platform/index.ts'
import { canary, createLinkWorld } from '../attacks/link-world.ts'
import type { LinkWorld, LinkedCustomer } from '../attacks/link-world.ts'
import { openAnswer, ownForm, send, sendAnswer, signFor } from '../attacks/link-requests.ts'
import { createVisitor } from '../attacks/link-visitor.ts'
import { cloneDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { personEvent, sign, startMessenger, textMessage, webhookBody } from '../setup/messenger-harness.ts'
import type { MessengerHarness } from '../setup/messenger-harness.ts'
import type { Verdict } from './attacks.ts'
import type { Change } from './change.ts'
import { changeDatabase } from './load-product.ts'

/** What of one copy of the product faces people and the messenger. */
export type FrontProduct = {
  readonly answers: typeof Answers
  readonly linking: typeof Linking
  readonly channels: typeof Channels
  readonly platform: typeof Platform
}

type FrontAttack = {
  /** The lock that stops it in the product as it is. */
  readonly stoppedBy: string
  run(product: FrontProduct, changes: readonly Change[]): Promise<Verdict>
}

type Pages = { readonly world: LinkWorld; readonly customer: LinkedCustomer; answer(): Promise<string> }

/** Pages of this copy, with somebody who linked a bank. */
async function withPages(
  product: FrontProduct,
  changes: readonly Change[],
  attack: (pages: Pages) => Promise<Verdict>,
): Promise<Verdict> {
  const world = await createLinkWorld({ product })
  try {
    await changeDatabase(world.admin, world.database.prefix, changes)
    const customer = await world.addCustomer()
    const { id, conversation } = customer
    return await attack({ world, customer, answer: () => world.makeAnswer({ customer: id, conversation }) })
  } finally {
    await world.end()
  }
}

/** The webhook of this copy. */
async function withWebhook(
  product: FrontProduct,
  attack: (gateway: MessengerHarness, clone: TestDatabase) => Promise<Verdict>,
): Promise<Verdict> {
  const clone = await cloneDatabase()
  const { createMessenger } = product.channels
  const gateway = await startMessenger(clone, {
    product: { createMessenger, createServer: product.platform.createServer },
  })
  try {
    return await attack(gateway, clone)
  } finally {
    await gateway.close()
    await clone.drop()
  }
}

const copies = 24
/** The server cuts a slow client off after at most twenty seconds; who is connected after this stays connected. */
const slowMs = 26_000

export const frontAttacks = {
  'burn a link by a preview': {
    stoppedBy: 'the inert GET',
    run: (product, changes) =>
      withPages(product, changes, async ({ customer, answer }) => {
        const url = await answer()
        await send('GET', url, { 'user-agent': 'facebookexternalhit/1.1' })
        const opened = await openAnswer(url, customer.passkey)
        return opened.text.includes(canary.shown) ? { stoppedBy: 'the inert GET' } : 'succeeds'
      }),
  },

  'fetch the figures with the passkey’s own answer': {
    stoppedBy: 'the question for a navigation',
    run: (product, changes) =>
      withPages(product, changes, async ({ customer, answer }) => {
        const url = await answer()
        const headers = { ...ownForm, 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }
        const fetched = await sendAnswer(url, await signFor(url, customer.passkey), headers)
        return fetched.text.includes(canary.shown) ? 'succeeds' : { stoppedBy: 'the question for a navigation' }
      }),
  },

  'open an answer in the messenger’s own browser': {
    stoppedBy: 'the way out of it',
    run: (product, changes) =>
      withPages(product, changes, async ({ customer, answer }) => {
        const url = await answer()
        const headers = { ...ownForm, 'user-agent': 'Mozilla/5.0 (iPhone) [FBAN/MessengerForiOS;FBAV/440.0]' }
        const opened = await sendAnswer(url, await signFor(url, customer.passkey), headers)
        return opened.text.includes(canary.shown) ? 'succeeds' : { stoppedBy: 'the way out of it' }
      }),
  },

  'open somebody’s answer with one’s own passkey': {
    stoppedBy: 'the owner of the answer',
    run: (product, changes) =>
      withPages(product, changes, async ({ world, answer }) => {
        const thief = await world.addCustomer()
        const opened = await openAnswer(await answer(), thief.passkey)
        return opened.text.includes(canary.shown) ? 'succeeds' : { stoppedBy: 'the owner of the answer' }
      }),
  },

  'link a victim’s bank to the attacker’s conversation': {
    stoppedBy: 'the code on both sides',
    run: (product, changes) =>
      withPages(product, changes, async ({ world }) => {
        const attackers = await world.addConversation()
        const victim = createVisitor()
        await victim.walkTo(await world.offer(attackers), '/link/code')
        // What the attacker can do: type something in their own conversation. The code stands on the victim's page.
        const typed = { conversation: attackers, code: '000000' }
        await world.answer.transaction((tx) => product.linking.confirmCode(world, tx, typed))
        return (await holdsFor(world, attackers)) ? 'succeeds' : { stoppedBy: 'the code on both sides' }
      }),
  },

  'guess a token': {
    stoppedBy: 'the number of tokens',
    run: (product, changes) =>
      withPages(product, changes, async ({ world }) => {
        await world.offer(await world.addConversation())
        for (let guess = 0; guess < 256; guess += 1) {
          const token = Buffer.concat([Buffer.alloc(31), Buffer.from([guess])]).toString('base64url')
          if ((await send('POST', `${world.origin}/link/${token}`, ownForm)).status === 303) return 'succeeds'
        }
        return { stoppedBy: 'the number of tokens' }
      }),
  },

  'open a link with what a copy of the database holds': {
    stoppedBy: 'the hash of the token',
    run: (product, changes) =>
      withPages(product, changes, async ({ world }) => {
        await world.offer(await world.addConversation())
        const stored = await world.admin.one(
          z.object({ token_hash: bytesColumn }),
          'SELECT token_hash FROM linking.link ORDER BY created_at DESC LIMIT 1',
        )
        const opened = await send('POST', `${world.origin}/link/${stored.token_hash.toString('base64url')}`, ownForm)
        return opened.status === 303 ? 'succeeds' : { stoppedBy: 'the hash of the token' }
      }),
  },

  'open one link many times at once': {
    stoppedBy: 'the conditional use',
    run: (product, changes) =>
      withPages(product, changes, async ({ customer, answer }) => {
        const url = await answer()
        const responses: string[] = []
        for (let count = 0; count < copies; count += 1) responses.push(await signFor(url, customer.passkey))
        const opened = await Promise.all(responses.map((response) => sendAnswer(url, response)))
        const shown = opened.filter(({ text }) => text.includes(canary.shown)).length
        return shown > 1 ? 'succeeds' : { stoppedBy: 'the conditional use' }
      }),
  },

  'write as somebody without the app’s secret': {
    stoppedBy: 'the signature',
    run: (product) =>
      withWebhook(product, async (gateway, clone) => {
        const body = webhookBody([personEvent('77', textMessage('what is my balance?'))])
        await gateway.post(body, { 'x-hub-signature-256': sign(body, 'another secret') })
        return (await messages(clone)) > 0 ? 'succeeds' : { stoppedBy: 'the signature' }
      }),
  },

  'replay a webhook': {
    stoppedBy: 'the message’s own id',
    run: (product) =>
      withWebhook(product, async (gateway, clone) => {
        const body = webhookBody([personEvent('77', textMessage('balance', 'm_same'))])
        for (let count = 0; count < 5; count += 1) await gateway.post(body)
        return (await messages(clone)) > 1 ? 'succeeds' : { stoppedBy: 'the message’s own id' }
      }),
  },

  'make the webhook read a megabyte': {
    stoppedBy: 'the limit of a body',
    run: (product) =>
      withWebhook(product, async (gateway) => {
        const { status } = await gateway.post('x'.repeat(1_048_576), { 'x-hub-signature-256': 'sha256=' })
        return status === 413 ? { stoppedBy: 'the limit of a body' } : 'succeeds'
      }),
  },

  'hold a connection by never ending': {
    stoppedBy: 'the time for a request',
    run: (product) =>
      withWebhook(product, async (gateway) =>
        (await isCutOff(gateway.url, slowMs)) ? { stoppedBy: 'the time for a request' } : 'succeeds',
      ),
  },

  'hammer a page': {
    stoppedBy: 'the limit for an address',
    async run(product) {
      const world = await createLinkWorld({ product, limits: true })
      try {
        const url = `${world.origin}/a/${'x'.repeat(43)}/open`
        const answers = await Promise.all(Array.from({ length: 60 }, () => send('POST', url, ownForm)))
        return answers.some(({ status }) => status === 429) ? { stoppedBy: 'the limit for an address' } : 'succeeds'
      } finally {
        await world.end()
      }
    },
  },
} as const satisfies Record<string, FrontAttack>

export type FrontAttackName = keyof typeof frontAttacks

/** Whether the database says that this conversation may ask somebody's bank. */
async function holdsFor(world: LinkWorld, conversation: ConversationId): Promise<boolean> {
  const { holds } = await world.admin.one(
    z.object({ holds: z.boolean() }),
    `SELECT EXISTS (SELECT FROM consent.grant_ g WHERE g.conversation = $1 AND g.purpose = 'answer-customer'
       AND consent.holds_now(g)) AS holds`,
    [conversation],
  )
  return holds
}

async function messages(clone: TestDatabase): Promise<number> {
  const row = await clone.admin.one(z.object({ n: z.bigint() }), 'SELECT count(*) AS n FROM channels.inbound_message')
  return Number(row.n)
}

/** A client that brings its headers a byte at a time, for this long at most. */
function isCutOff(url: string, forMs: number): Promise<boolean> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) })
    const dribble = setInterval(() => socket.write('x'), 500)
    const patience = setTimeout(() => socket.destroy(), forMs)
    let wasCut = true
    patience.ref()
    socket.on('connect', () => socket.write('POST /channels/messenger/webhook HTTP/1.1\r\nhost: parley\r\nx-slow: '))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      clearInterval(dribble)
      clearTimeout(patience)
      resolve(wasCut)
    })
    socket.resume()
    setTimeout(() => (wasCut = false), forMs).unref()
  })
}
