import { answerLinks, disclose, news, nothingNamed } from '../answers/index.ts'
import type { BankLook, Reckoned } from '../answers/index.ts'
import { loadInstitution } from '../banks/index.ts'
import { queueReply } from '../channels/index.ts'
import type { Conversation } from '../channels/index.ts'
import { listGrants, recordDisclosure } from '../consent/index.ts'
import type { Permit } from '../consent/index.ts'
import { lesserDisclosure } from '../kernel/index.ts'
import type { CustomerId, DataClass, Disclosure, InstitutionId, Secret } from '../kernel/index.ts'
import type { Tx } from '../platform/index.ts'
import type { NewsLook } from './look-at-bank.ts'
import type { NotifyParts } from './notify-parts.ts'
import { sendableMs } from './plan-turn.ts'
import type { PrintedNews } from './printed-news.ts'
import { told } from './told-store.ts'

/** Messages without a question that one customer gets within a day, whatever their banks have. The rest is told the day after. */
const messagesADayMax = 2

/** What a look found, and whom it concerns. */
export type Telling = {
  readonly look: NewsLook
  readonly conversation: Conversation
  readonly key: Secret<Uint8Array>
  readonly customer: CustomerId
  readonly institution: InstitutionId
  readonly reckoned: Reckoned
  readonly fresh: readonly PrintedNews[]
}

/**
 * In one transaction with the end of the look: what went where is on record, the facts are noted as told, and the message is on its
 * way with the leave that must still hold when it goes. What was stopped meanwhile is told to nobody.
 */
export async function tellNews(parts: NotifyParts, tx: Tx, telling: Telling): Promise<void> {
  const { look, customer, fresh, reckoned } = telling
  const lifeMs = sendableMs(parts.clock.now(), reckoned.timeZone)
  const isLimited = lifeMs === 0 || (await told.countMessages(tx, customer)) >= messagesADayMax
  if (fresh.length === 0 || isLimited) {
    await record(parts, tx, look.permits, 'nothing')
    return parts.count(fresh.length === 0 ? 'nothing' : 'limited')
  }
  const level = await levelNow(tx, telling)
  if (!(await record(parts, tx, look.permits, level))) return parts.count('stopped')
  const added = await told.add(tx, customer, {
    message: parts.random.uuid(),
    prints: fresh.map(({ print }) => print),
  })
  const untold = fresh.filter(({ print }) => added.some((each) => each.equals(print)))
  if (untold.length === 0) return parts.count('nothing')
  await queue(parts, tx, telling, { level, untold, lifeMs })
  parts.count('told')
}

/** Writes the `disclosed` entry of each class, which checks its grant again; false when one of them is over. */
async function record(
  parts: NotifyParts,
  tx: Tx,
  permits: readonly Permit<DataClass>[],
  level: Disclosure | 'nothing',
): Promise<boolean> {
  let all = true
  for (const permit of permits) {
    all = (await recordDisclosure(parts, tx, permit, { level, place: 'messenger' })).ok && all
  }
  return all
}

/** The least of what was signed and of what the grants say at this moment: somebody may have lowered it while the bank was asked. */
async function levelNow(tx: Tx, { look, conversation }: Telling): Promise<Disclosure> {
  const grants = await listGrants(tx, { conversation: conversation.id })
  return look.permits
    .map(({ grantId, disclosure }) => {
      const now = grants.find(({ id }) => id === grantId)?.disclosure ?? 'sealed'
      return lesserDisclosure(now, disclosure)
    })
    .reduce<Disclosure>(lesserDisclosure, 'full')
}

async function queue(
  parts: NotifyParts,
  tx: Tx,
  { look, conversation, key, customer, institution, reckoned }: Telling,
  {
    level,
    untold,
    lifeMs,
  }: { readonly level: Disclosure; readonly untold: readonly PrintedNews[]; readonly lifeMs: number },
): Promise<void> {
  const bankLook: BankLook = {
    institution,
    institutionName: (await loadInstitution(tx, institution))?.name ?? institution,
    level,
    checkedAt: reckoned.now,
    result: news.asResult(
      untold.map((each) => each.news),
      look.facts,
      reckoned,
    ),
  }
  const { language } = conversation
  const { timeZone } = reckoned
  const disclosed = disclose([bankLook], { question: 'notices', asked: nothingNamed, language, timeZone })
  const link = { customer, conversation: conversation.id, institution, conversationKey: key }
  const { url } = await answerLinks.makeForNotice(parts, tx, link)
  const reply = parts.replies(language, { parts: disclosed.chat, url, settingsUrl: `${parts.publicUrl}/me` })
  await queueReply({ random: parts.random, keystore: { conversationKey: async () => key } }, tx, {
    conversation,
    reply,
    priority: 'receipt',
    leave: look.permits.map(({ grantId }) => ({ grant: grantId, level })),
    lifeMs,
  })
}
