import { placeOfWords } from '../answers/index.ts'
import { listGrants } from '../consent/index.ts'
import type { Grant } from '../consent/index.ts'
import { lesserDisclosure, refusal, success } from '../kernel/index.ts'
import type { Disclosure, Outcome, Secret } from '../kernel/index.ts'
import { agentRows } from './agent-store.ts'
import type { Held } from './agent-store.ts'
import type { DeskDeps } from './desk-deps.ts'
import { sayAtDesk, sealedButton } from './desk-words.ts'
import type { HandoverId } from './handover-id.ts'
import { judgeWords } from './judge-words.ts'
import type { WordsRefusal } from './judge-words.ts'
import { pageRows } from './page-store.ts'
import { sealedWords } from './sealed-words.ts'
import { speak, tellJoined } from './speak.ts'
import type { InHand } from './speak.ts'
import { tellDesk } from './tell-desk.ts'

export type SayWish = { readonly agent: string; readonly handover: HandoverId; readonly words: string }

/** Where the words went. */
export type Said = { readonly carried: 'chat' | 'sealed-page' }

/** The page of the privacy centre where words are read that the chat does not carry. */
export const sealedPath = '/me/person'

/**
 * Sends what an agent wrote. Like every answer it passes the one rule of how much a channel carries: with figures, in a chat that is not full, the
 * words stand on the page behind the customer's passkey, and the chat says no more than that there are some.
 */
export async function sayWords(
  deps: DeskDeps,
  wish: SayWish,
): Promise<
  Outcome<Said, 'desk/not-an-agent' | 'desk/held-enough' | 'desk/not-yours' | 'desk/no-sealed-page' | WordsRefusal>
> {
  const words = judgeWords(wish.words)
  if (!words.ok) return words
  const found = await agentRows.asAgent(() => agentRows.held(deps.database, wish.agent, wish.handover))
  if (!found.ok) return found
  const held = found.value
  if (held === undefined) return refusal('desk/not-yours')
  const shared = await liveGrants(deps, held)
  const carried = await placeFor(deps, wish, { words: words.value, shared })
  if (carried === 'sealed-page' && held.customer === undefined) return refusal('desk/no-sealed-page')
  const key = await deps.keystore.conversationKey(held.conversation.id)
  const isSaid = await send(deps, { agent: wish.agent, held, key }, { words: words.value, carried, shared })
  return isSaid ? success({ carried }) : refusal('desk/not-yours')
}

// Once something was read at the bank for this conversation, nothing of it goes into the chat, however much the customer lets a bot say there.
// Which names were read, this process knows if it read them; where it does not, all words go behind the passkey.
async function placeFor(
  deps: DeskDeps,
  { agent, handover }: SayWish,
  { words, shared }: { readonly words: Secret<string>; readonly shared: readonly Grant[] },
): Promise<Said['carried']> {
  const beside = await pageRows.beside(deps.database, agent, handover)
  if (beside?.hasRead !== true) return placeOfWords(words, { level: levelOf(shared), read: [] })
  const read = deps.names?.of(handover)
  return read === undefined ? 'sealed-page' : placeOfWords(words, { level: 'sealed', read })
}

/** What the customer shares in this conversation at this moment. */
async function liveGrants(deps: DeskDeps, { conversation, customer }: Held): Promise<readonly Grant[]> {
  const grants = await listGrants(deps.database, { conversation: conversation.id })
  return grants.filter((grant) => grant.holds && grant.customer === customer)
}

function levelOf(grants: readonly Grant[]): Disclosure {
  // Leave for an agent to look is no leave to say it in a chat, and takes none away.
  const levels = grants.filter(({ purpose }) => purpose !== 'customer-service').map(({ disclosure }) => disclosure)
  return levels.length === 0 ? 'sealed' : levels.reduce(lesserDisclosure)
}

async function send(
  deps: DeskDeps,
  inHand: InHand,
  said: { readonly words: Secret<string>; readonly carried: Said['carried']; readonly shared: readonly Grant[] },
): Promise<boolean> {
  const { held, key, agent } = inHand
  const id = deps.random.uuid()
  const sealed = sealedWords.sealAgents(key, { conversation: held.conversation.id, id }, said.words)
  const { language } = held.conversation
  const who = { name: held.takenAs, bank: held.institutionName }
  return await deps.database.transaction(async (tx) => {
    // First the row, whose lock the rest of the transaction holds: what was lost meanwhile says nothing.
    if (!(await agentRows.say(tx, { agent, handover: held.handover, id, sealed, carried: said.carried }))) return false
    tellDesk(tx, held.handover)
    await tellJoined(deps, tx, inHand)
    if (said.carried === 'sealed-page') {
      const button = { kind: 'link', title: sealedButton(language), url: deps.publicUrl + sealedPath } as const
      await speak(deps, tx, inHand, { text: sayAtDesk(language, 'sealed', who), buttons: [button] })
      return true
    }
    // Figures go only as long as this chat may carry them all.
    const isPlain = placeOfWords(said.words, { level: 'sealed', read: [] }) === 'chat'
    const leave = isPlain ? [] : said.shared.map(({ id: grant }) => ({ grant, level: 'full' as const }))
    const text = sayAtDesk(language, 'words', { ...who, words: said.words.reveal() })
    await speak(deps, tx, inHand, { text, leave })
    return true
  })
}
