import type { Ending, EndingReason } from '../consent/index.ts'
import type { Notice } from '../notices/index.ts'

/** Who is told by this part that sharing ended. Nobody where there is a notice of its own, or nothing was shared yet. */
const tells = {
  'customer-in-chat': 'elsewhere', // the chat itself has answered
  'customer-on-page': 'all',
  bank: 'all',
  platform: 'all',
  expired: 'all',
  recovery: 'all',
  'customer-by-data-deletion': 'elsewhere', // the messenger takes nothing more there
  'platform-deauthorized': 'elsewhere',
  'a-day-after-stop': 'nobody',
  narrowed: 'nobody',
  replaced: 'nobody',
  'never-confirmed': 'nobody',
  'handed-back': 'nobody', // the chat says itself that it was handed back
  erased: 'nobody',
} as const satisfies Record<EndingReason, 'all' | 'elsewhere' | 'nobody'>

/** The notice that goes with an ending, if any. */
export function noticeFor(
  ending: Pick<Ending, 'because' | 'customer' | 'institution' | 'conversation'>,
): Notice | undefined {
  const { because, customer, institution, conversation } = ending
  const whom = tells[because]
  // A link that was begun and left: nothing was shared in any conversation.
  if (whom === 'nobody' || (because === 'expired' && conversation === undefined)) return undefined
  const except = whom === 'elsewhere' ? conversation : undefined
  return {
    customer,
    kind: 'sharingEnded',
    params: { bank: institution },
    ...(except === undefined ? {} : { except }),
  }
}
