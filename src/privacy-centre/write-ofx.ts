import type { Account, Balance } from '../banks/index.ts'
import { decimalText } from '../kernel/index.ts'
import type { Instant } from '../kernel/index.ts'
import type { BankFigures } from './fetch-figures.ts'

/**
 * Accounts and balances as OFX 2.2 (XML), for programs that keep accounts. Statements without transactions: those are not shared.
 * An account without a balance that OFX could hold is left out; the CSV has it.
 */
export function writeOfx(figures: readonly BankFigures[], now: Instant): string {
  const all = figures.flatMap((bank) => (bank.accounts ?? []).map((account) => ({ bank, account })))
  const deposits = all.flatMap(({ bank, account }) => (account.category === 'card' ? [] : bankStatement(bank, account)))
  const cards = all.flatMap(({ bank, account }) => (account.category === 'card' ? cardStatement(bank, account) : []))
  return [
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>',
    '<?OFX OFXHEADER="200" VERSION="220" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>',
    `<OFX><SIGNONMSGSRSV1><SONRS>${okay}<DTSERVER>${stamp(now)}</DTSERVER><LANGUAGE>ENG</LANGUAGE></SONRS></SIGNONMSGSRSV1>`,
    ...(deposits.length === 0 ? [] : [`<BANKMSGSRSV1>${deposits.join('\n')}</BANKMSGSRSV1>`]),
    ...(cards.length === 0 ? [] : [`<CREDITCARDMSGSRSV1>${cards.join('\n')}</CREDITCARDMSGSRSV1>`]),
    '</OFX>\n',
  ].join('\n')
}

const okay = '<STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS>'

function bankStatement(bank: BankFigures, account: Account): readonly string[] {
  const balances = balancesOf(bank, account)
  if (balances === undefined) return []
  const from = `<BANKACCTFROM><BANKID>${bankId(bank)}</BANKID><ACCTID>${accountId(account)}</ACCTID><ACCTTYPE>${typeOf(account)}</ACCTTYPE></BANKACCTFROM>`
  return [
    `<STMTTRNRS><TRNUID>0</TRNUID>${okay}<STMTRS><CURDEF>${balances.currency}</CURDEF>${from}${balances.text}</STMTRS></STMTTRNRS>`,
  ]
}

function cardStatement(bank: BankFigures, account: Account): readonly string[] {
  const balances = balancesOf(bank, account)
  if (balances === undefined) return []
  const from = `<CCACCTFROM><ACCTID>${accountId(account)}</ACCTID></CCACCTFROM>`
  return [
    `<CCSTMTTRNRS><TRNUID>0</TRNUID>${okay}<CCSTMTRS><CURDEF>${balances.currency}</CURDEF>${from}${balances.text}</CCSTMTRS></CCSTMTTRNRS>`,
  ]
}

// What is owed is a negative balance of the ledger (OFX 2.2, section 11.4.2.2).
function balancesOf(
  bank: BankFigures,
  account: Account,
): { readonly currency: string; readonly text: string } | undefined {
  const of = (kind: Balance['kind']): Balance | undefined => account.balances.find((balance) => balance.kind === kind)
  const owed = of('owed')
  const ledger = owed ?? of('current') ?? of('available')
  if (ledger === undefined) return undefined
  const money = ledger.amount.reveal()
  const minor = owed === undefined ? money.minor : -money.minor
  const free = of('available') ?? of('credit-available')
  const text = `<LEDGERBAL><BALAMT>${decimalText({ ...money, minor })}</BALAMT><DTASOF>${stamp(ledger.asOf ?? bank.checkedAt)}</DTASOF></LEDGERBAL>`
  const rest =
    free === undefined
      ? ''
      : `<AVAILBAL><BALAMT>${decimalText(free.amount.reveal())}</BALAMT><DTASOF>${stamp(free.asOf ?? bank.checkedAt)}</DTASOF></AVAILBAL>`
  return { currency: money.currency, text: text + rest }
}

/** The standard's field holds nine characters. */
function bankId(bank: BankFigures): string {
  return safe(bank.institution.slice(0, 9))
}

/** Twenty-two characters at most: the last digits as banks print them, or else the bank's own opaque id. */
function accountId(account: Account): string {
  const digits = account.lastDigits?.reveal()
  return safe(digits === undefined ? account.id.slice(0, 22) : `XXXX${digits}`)
}

function typeOf({ category, kind }: Account): string {
  if (category === 'loan') return 'CREDITLINE'
  return kind === 'CHECKING' ? 'CHECKING' : 'SAVINGS'
}

function stamp(at: Instant): string {
  return new Date(at).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)
}

function safe(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
