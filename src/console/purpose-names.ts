/** What a look can be for; `advertising` cannot be asked for either. */
export const purposeNames = [
  'answer-customer',
  'notify-customer',
  'fraud-alerts',
  'customer-service',
  'service-statistics',
] as const
