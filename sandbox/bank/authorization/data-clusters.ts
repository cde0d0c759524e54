/**
 * The data clusters this bank offers, with the words its consent page uses (FDX; CARD_CONTROLS is our documented
 * extension, because FDX has no freeze).
 */
export const DATA_CLUSTERS = {
  ACCOUNT_BASIC: { title: 'Which accounts you have', detail: 'Name, type, currency and last four digits' },
  ACCOUNT_DETAILED: { title: 'Account details', detail: 'Balances, limits, interest rates and card bills' },
  BALANCES: { title: 'Balances', detail: 'What is in each account, available money and available credit' },
  BILLS: { title: 'Card bills', detail: 'Amount due, minimum, due date and automatic payment' },
  TRANSACTIONS: { title: 'Transactions', detail: 'Payments and deposits, pending ones too, with merchant and place' },
  STATEMENTS: { title: 'Statements', detail: 'The list of your monthly statements with their balances' },
  PAYMENT_SUPPORT: { title: 'Account and routing numbers', detail: 'What somebody needs to pay into your accounts' },
  REWARDS: { title: 'Rewards', detail: 'Points, miles or money back that you have collected' },
  CARD_CONTROLS: {
    title: 'Card controls',
    detail: 'Whether a card works and why a payment was refused; freeze it, lift a freeze, report it lost',
  },
} as const satisfies Record<string, { readonly title: string; readonly detail: string }>

/** A data cluster this bank offers. */
export type DataCluster = keyof typeof DATA_CLUSTERS

/** Whether the text names a cluster of this bank. */
export function isDataCluster(text: string): text is DataCluster {
  return Object.hasOwn(DATA_CLUSTERS, text)
}

/** What a client asks for with its own credentials, to be told what happens to its consents. */
export const NOTIFICATION_SCOPE = 'fdx:notifications:subscribe'

/** FDX scopes by cluster (`fdx:<cluster>:read`), and `openid`. The authorization details decide; scopes only name. */
export const SCOPES: readonly string[] = [
  'openid',
  ...Object.keys(DATA_CLUSTERS).map((cluster) => `fdx:${cluster.replaceAll('_', '').toLowerCase()}:read`),
  NOTIFICATION_SCOPE,
]
