import type { HandoverReason } from '../chat/index.ts'

const order = {
  'card-in-danger': true,
  fraud: true,
  scam: true,
  dispute: true,
  complaint: true,
  'another-person': true,
  asked: true,
  'not-understood': true,
  'cannot-do': true,
  'wrong-place': true,
  crisis: true,
} as const satisfies Record<HandoverReason, true>

/** Every kind of question that comes to the desk, in the order in which an agent chooses from them. */
export const handoverKinds: readonly string[] = Object.keys(order)
