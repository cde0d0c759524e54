/** An account of a person at this bank. */
export type Account = {
  readonly id: string
  readonly personId: string
  readonly kind: 'CHECKING' | 'SAVINGS' | 'CREDITCARD'
  readonly productName: string
  readonly nickname: string
  /** Last four characters of the number printed for the customer. */
  readonly display: string
  readonly currency: string
  /** Last four digits of the card that draws on this account. */
  readonly cardDisplay?: string
  /** The card's scheme, and the last month it works (YYYY-MM). */
  readonly cardNetwork?: 'VISA' | 'MASTERCARD'
  readonly cardExpires?: string
  /** The whole number of the account, for paying into it. Cards have none that is told. */
  readonly accountNumber?: string
  /** What is paid on what lies here, in hundredths of a per cent a year. */
  readonly interestBps?: number
  /** What card purchases earn: the programme's name, and its kind. */
  readonly rewards?: { readonly program: string; readonly kind: 'POINTS' | 'MILES' | 'CASHBACK' }
  readonly creditLineMinor?: bigint
  readonly purchasesAprBps?: number
}

/** A merchant's place. Coordinates are this bank's extension to FDX. */
export type Place = {
  readonly line1: string
  readonly city: string
  readonly region: string
  readonly postalCode: string
  readonly country: string
  readonly latitude?: number
  readonly longitude?: number
}

/** Who was paid or who paid. No place for online purchases: none is known, none is invented. */
export type Payee = {
  readonly name: string
  readonly merchantId?: string
  readonly phone?: string
  readonly place?: Place
}

/** One line of an account's history. Amounts are positive minor units; the direction says which way. */
export type Entry = {
  readonly id: string
  readonly status: 'PENDING' | 'POSTED'
  /** On a posted entry: the id it had while it was pending. */
  readonly referenceId?: string
  readonly direction: 'DEBIT' | 'CREDIT'
  readonly amountMinor: bigint
  readonly description: string
  /** ISO instants. */
  readonly authorizedAt: string
  readonly postedAt?: string
  readonly transactionType: string
  /** ISO 18245 merchant category code. */
  readonly mcc?: string
  readonly payee?: Payee
  readonly foreign?: { readonly amountMinor: bigint; readonly currency: string; readonly rate: string }
  readonly cardDisplay?: string
  readonly checkNumber?: string
}

/** A card bill: what one statement asks for. Owed amounts are positive here. */
export type CardBill = {
  readonly statementDate: string
  readonly statementBalanceMinor: bigint
  readonly totalDueMinor: bigint
  readonly minimumDueMinor: bigint
  readonly dueDate: string
  readonly pastDueMinor: bigint
  readonly autopay?: { readonly amountMinor: bigint; readonly date: string }
  readonly lastPayment?: { readonly amountMinor: bigint; readonly date: string }
}

/** A closed month of an account; dates YYYY-MM-DD, both included. */
export type Statement = {
  readonly id: string
  readonly periodStart: string
  readonly periodEnd: string
  readonly closingBalanceMinor: bigint
}

/** A card payment that was asked for and refused. */
export type Decline = {
  readonly id: string
  readonly at: string
  readonly amountMinor: bigint
  readonly reason: 'INSUFFICIENT_FUNDS' | 'CREDIT_LIMIT' | 'SUSPECTED_FRAUD' | 'CARD_FROZEN'
  readonly payee: Payee
  readonly mcc: string
}

/** Everything the bank can say about one account now. Balances of cards are what is owed. */
export type AccountBook = {
  readonly account: Account
  readonly currentMinor: bigint
  readonly availableMinor: bigint
  /** ISO instant of the balances. */
  readonly asOf: string
  /** Newest first. */
  readonly entries: readonly Entry[]
  readonly bill?: CardBill
  /** Newest first. */
  readonly statements: readonly Statement[]
  readonly declines: readonly Decline[]
}

/** A person who banks here. */
export type Person = { readonly id: string; readonly login: string; readonly name: string }

/** The bank's people and their accounts as of today. */
export type World = {
  people(): readonly Person[]
  accountsOf(personId: string): readonly Account[]
  book(accountId: string): AccountBook | undefined
}
