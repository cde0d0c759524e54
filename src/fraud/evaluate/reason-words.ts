import type { ReasonKey } from '../model/name-reasons.ts'

/** Reasons in plain words, for an operator at a terminal. What customers read is in the catalogues of words. */
export const reasonWords = {
  'amount-unusual': 'the amount is unusual for this card',
  'large-amounts-lately': 'unusually large amounts lately',
  'many-uses': 'how often the card is used, and for how much',
  'many-merchants': 'many different shops in a short time',
  'new-merchant': 'the card was never used at this shop',
  'new-country': 'the country is new, or several in a short time',
  'new-device': 'the device is new',
  'far-away': 'too far from where the card was used before',
  'time-of-day': 'the time of day or week',
  'fraud-on-card': 'fraud was reported on this card',
  'little-history': 'little is known about this card',
  'merchant-fraud': 'fraud was reported at this shop or terminal',
  'merchant-unusual': 'this shop or terminal is used unusually',
  'other-pattern': 'another pattern',
} as const satisfies Record<ReasonKey, string>
