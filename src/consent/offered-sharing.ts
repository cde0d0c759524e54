import type { DataClass } from '../kernel/index.ts'

/**
 * What the pages offer to share, so that linking and the privacy centre offer the same. `toAnswer`: one switch each, for
 * questions. `toNotify`: the classes behind the one switch that lets Parley write without being asked (bill due, a regular
 * payment that went up, charged twice, refund arrived). `toWarn`: those behind the one switch for fraud alerts, each card use and the
 * freeze of a "Not me". `toCount`: that somebody uses Parley, behind the switch by which they let themselves be counted. Every other class and purpose is asked for where it is used.
 */
export const offeredSharing = {
  toAnswer: ['account-list', 'balance', 'transactions', 'card-bills', 'card-status'],
  toNotify: ['card-bills', 'transactions'],
  toWarn: ['card-events', 'card-status'],
  toCount: ['service-use'],
} as const satisfies Readonly<Record<'toAnswer' | 'toNotify' | 'toWarn' | 'toCount', readonly DataClass[]>>
