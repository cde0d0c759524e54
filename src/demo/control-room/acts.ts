import { z } from 'zod'
import { bankMoods, frauds, happenings } from './bank-control.ts'
import { commitFraud, swipeCard } from './card-acts.ts'
import { openAsThief, sayAsThief, sayInChat } from './chat-acts.ts'
import { tamperWithLog } from './log-acts.ts'
import type { Outcome, Section } from './outcomes.ts'
import type { RoomDeps } from './room-deps.ts'
import { moodWords, thiefTries, thiefWords } from './scenarios.ts'
import { tamperings } from './tamperings.ts'
import { placeNames, shopNames } from './shops.ts'

/** One kind of press: where it stands on the page, and what it does. Throws a `ZodError` for a form that is none of ours. */
export type Act = {
  readonly section: Section
  run(deps: RoomDeps, fields: unknown, progress: (words: string) => void): Promise<Outcome>
}

const login = z.string().min(1).max(64)
const psid = z.string().regex(/^\d{1,32}$/)
const entry = z.coerce.number().int().min(0).max(100_000_000)

function act<Fields>(
  section: Section,
  shape: z.ZodType<Fields>,
  run: (deps: RoomDeps, fields: Fields, progress: (words: string) => void) => Promise<Outcome>,
): Act {
  return { section, run: (deps, fields, progress) => run(deps, shape.parse(fields), progress) }
}

/** Everything that can be done here, by the last part of the form's address. */
export const acts: Readonly<Record<string, Act>> = {
  swipe: act(
    'cards',
    z.object({
      login,
      shop: z.enum(shopNames),
      // People write a comma, or no cents at all.
      amount: z
        .string()
        .transform((text) => text.trim().replace(',', '.'))
        .pipe(z.string().regex(/^\d{1,9}(\.\d{1,2})?$/)),
      city: z.enum(placeNames),
      presence: z.enum(['in-person', 'online']),
    }),
    (deps, { login: who, amount, ...wish }) => {
      deps.memory.keep({ login: who })
      return swipeCard(deps, who, { ...wish, amount: Number(amount).toFixed(2) })
    },
  ),
  fraud: act('cards', z.object({ login, what: z.enum(frauds) }), (deps, { login: who, what }, progress) => {
    deps.memory.keep({ login: who })
    return commitFraud(deps, who, what, progress)
  }),
  mood: act('bank', z.object({ mood: z.enum(bankMoods) }), async ({ bank }, { mood }) => {
    await bank.setMood(mood)
    return mood === 'well'
      ? { tone: 'good', title: 'The bank is mended: answers come at once.' }
      : {
          tone: 'good',
          title: `The bank is now: ${moodWords[mood].name.toLowerCase()}. Ask as the customer to see what that looks like.`,
        }
  }),
  'expire-tokens': act('bank', z.object({}), async ({ bank }) => {
    await bank.expireTokens()
    return {
      tone: 'good',
      title: 'All access tokens of now are dead. The next question makes Parley refresh its own first.',
    }
  }),
  happen: act('bank', z.object({ login, what: z.enum(happenings) }), async ({ bank }, { login: who, what }) =>
    (await bank.happen(who, what))
      ? { tone: 'good', title: 'It happened. Whoever asked for messages without a question is told of it, by day.' }
      : { tone: 'bad', title: 'Nothing of this person’s fits: they have no such bill or payment at the moment.' },
  ),
  ask: act('bank', z.object({ psid }), (deps, { psid: who }, progress) => {
    deps.memory.keep({ psid: who })
    const saying = { psid: who, text: 'what’s my balance?', title: 'This is what the customer sees:' }
    return sayInChat(deps, saying, progress)
  }),
  thief: act('account', z.object({ psid, what: z.enum(thiefTries) }), (deps, { psid: who, what }, progress) => {
    deps.memory.keep({ psid: who })
    const { says, name } = thiefWords[what]
    if (says === undefined) return openAsThief(deps, who)
    return sayAsThief(deps, { psid: who, text: says, title: `${name}: this came back.` }, progress)
  }),
  tamper: act('log', z.object({ how: z.enum(tamperings), entry }), tamperWithLog),
  'call-agent': act('agent', z.object({ psid }), (deps, { psid: who }, progress) => {
    deps.memory.keep({ psid: who })
    const saying = {
      psid: who,
      text: 'I want to talk to a person',
      title: 'This is Parley’s reply. If a person was asked, be that person now.',
    }
    return sayInChat(deps, saying, progress)
  }),
  stop: act('stop', z.object({ psid }), (deps, { psid: who }, progress) => {
    deps.memory.keep({ psid: who })
    return sayInChat(deps, { psid: who, text: 'stop sharing', title: 'One sentence, and it has ended:' }, progress)
  }),
  revoke: act('stop', z.object({ consent: z.string().min(1).max(128) }), async ({ bank }, { consent }) =>
    (await bank.revoke(consent))
      ? {
          tone: 'good',
          title: 'Taken back at the bank. The bank tells Parley, which ends its own leave and destroys the keys.',
        }
      : { tone: 'bad', title: 'This had ended before, so there was nothing to take back.' },
  ),
  'tour-again': act('tour', z.object({}), async ({ memory, clock }) => {
    memory.keep({ done: [], since: clock.now() })
    return { tone: 'good', title: 'The tour begins again. What is linked stays linked.' }
  }),
}
