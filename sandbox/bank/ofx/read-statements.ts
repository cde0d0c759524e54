import { OfxFinding } from './ofx-error.ts'
import { convert, readAmount, readCurrency, readInstant } from './ofx-values.ts'
import { childOf, findAll, textOf } from './parse-tree.ts'
import type { OfxNode } from './parse-tree.ts'

/** One account's statement as the file has it: OFX signs (money out is negative; a card that is owed is negative). */
export type OfxStatement = {
  readonly institution: string | undefined
  readonly kind: 'CHECKING' | 'SAVINGS' | 'CREDITCARD'
  readonly bankId: string
  readonly accountId: string
  readonly title: string | undefined
  readonly currency: string
  readonly ledgerMinor: bigint
  readonly asOf: number
  readonly availableMinor: bigint | undefined
  readonly transactions: readonly OfxTransaction[]
}

/** One STMTTRN, or STMTTRNP while pending; times in ms, amounts in minor units. */
export type OfxTransaction = {
  readonly fitId: string | undefined
  readonly type: string
  readonly pending: boolean
  readonly postedAt: number
  readonly userAt: number | undefined
  readonly amountMinor: bigint
  readonly foreign: { readonly amountMinor: bigint; readonly currency: string; readonly rate: string } | undefined
  readonly name: string
  readonly memo: string | undefined
  readonly checkNumber: string | undefined
  readonly sic: string | undefined
  readonly payee: OfxNode | undefined
}

/** A card's closing (OFX 11.5.4.2): amounts with OFX signs. */
export type OfxClosing = {
  readonly accountId: string
  readonly closedAt: number
  readonly opening: number | undefined
  readonly balanceMinor: bigint
  readonly minimumMinor: bigint
  readonly dueAt: number
  readonly pastDueMinor: bigint
  readonly limitMinor: bigint | undefined
  readonly lastPayment: { readonly amountMinor: bigint; readonly at: number } | undefined
  readonly autopay: boolean
}

/** What a file offers: at least one bank or card statement. */
export type OfxFile = { readonly statements: readonly OfxStatement[]; readonly closings: readonly OfxClosing[] }

const KINDS: Readonly<Record<string, OfxStatement['kind']>> = {
  CHECKING: 'CHECKING',
  SAVINGS: 'SAVINGS',
  MONEYMRKT: 'SAVINGS',
  CD: 'SAVINGS',
  CREDITLINE: 'CREDITCARD',
}

/** Reads everything this bank can show out of a parsed file, or says why not. */
export function readStatements(root: OfxNode): OfxFile {
  const ofx = childOf(root, 'OFX')
  if (ofx === undefined) throw new OfxFinding('not-ofx', 'there is no <OFX> element')
  checkSignOn(ofx)
  const responses = findAll(ofx, 'STMTRS', 'CCSTMTRS')
  if (responses.length === 0) {
    checkResponses(ofx)
    const only = findAll(ofx, 'INVSTMTRS').length > 0 ? ', only investment statements' : ''
    throw new OfxFinding('no-statement', `no bank or card statement in it${only}`)
  }
  const institution = textOf(findAll(ofx, 'FI')[0], 'ORG')
  const titles = accountTitles(ofx)
  return {
    statements: responses.map((response) => readStatement(response, institution, titles)),
    closings: findAll(ofx, 'CCSTMTENDRS').flatMap(readClosings),
  }
}

/** OFX 11.4.2: a failed sign-on carries no data. */
function checkSignOn(ofx: OfxNode): void {
  const status = childOf(findAll(ofx, 'SONRS')[0], 'STATUS')
  if (isError(status))
    throw new OfxFinding('sign-on-failed', `the bank answered status ${textOf(status, 'CODE') ?? '?'}`)
}

function checkResponses(ofx: OfxNode): void {
  const failed = findAll(ofx, 'STMTTRNRS', 'CCSTMTTRNRS')
    .map((response) => childOf(response, 'STATUS'))
    .find(isError)
  if (failed !== undefined)
    throw new OfxFinding('bank-reported-error', `the bank answered status ${textOf(failed, 'CODE') ?? '?'}`)
}

function isError(status: OfxNode | undefined): boolean {
  return textOf(status, 'SEVERITY')?.toUpperCase() === 'ERROR'
}

/** Names the file gives its accounts (`ACCTINFO`), by account number. */
function accountTitles(ofx: OfxNode): ReadonlyMap<string, string> {
  const titles = new Map<string, string>()
  for (const info of findAll(ofx, 'ACCTINFO')) {
    const title = textOf(info, 'DESC')
    const number = textOf(findAll(info, 'BANKACCTFROM', 'CCACCTFROM')[0], 'ACCTID')
    if (title !== undefined && number !== undefined) titles.set(number, title)
  }
  return titles
}

function readStatement(
  response: OfxNode,
  institution: string | undefined,
  titles: ReadonlyMap<string, string>,
): OfxStatement {
  const card = response.name === 'CCSTMTRS'
  const from = childOf(response, card ? 'CCACCTFROM' : 'BANKACCTFROM')
  const accountId = textOf(from, 'ACCTID')
  if (accountId === undefined) throw new OfxFinding('missing-account', 'a statement has no account number')
  const currency = readCurrency(textOf(response, 'CURDEF'))
  const ledger = readBalance(response, 'LEDGERBAL', currency)
  if (ledger === undefined) throw new OfxFinding('missing-balance', 'a statement has no LEDGERBAL amount')
  return {
    institution,
    kind: card ? 'CREDITCARD' : (KINDS[textOf(from, 'ACCTTYPE')?.toUpperCase() ?? ''] ?? 'CHECKING'),
    bankId: textOf(from, 'BANKID') ?? '',
    accountId,
    title: titles.get(accountId),
    currency,
    ledgerMinor: ledger.amountMinor,
    asOf: ledger.asOf,
    availableMinor: readBalance(response, 'AVAILBAL', currency)?.amountMinor,
    transactions: [
      ...findAll(response, 'STMTTRN').map((each) => readTransaction(each, currency, false)),
      ...findAll(response, 'STMTTRNP').map((each) => readTransaction(each, currency, true)),
    ],
  }
}

function readBalance(
  response: OfxNode,
  name: string,
  currency: string,
): { amountMinor: bigint; asOf: number } | undefined {
  const balance = childOf(response, name)
  const amount = textOf(balance, 'BALAMT')
  if (amount === undefined) return undefined
  const asOf = textOf(balance, 'DTASOF')
  if (asOf === undefined) throw new OfxFinding('bad-date', `${name} has no DTASOF`)
  return { amountMinor: readAmount(amount, currency, `${name} BALAMT`), asOf: readInstant(asOf, `${name} DTASOF`) }
}

function readTransaction(node: OfxNode, accountCurrency: string, pending: boolean): OfxTransaction {
  const posted = textOf(node, pending ? 'DTTRAN' : 'DTPOSTED')
  if (posted === undefined) throw new OfxFinding('bad-date', `a transaction has no ${pending ? 'DTTRAN' : 'DTPOSTED'}`)
  const user = textOf(node, 'DTUSER')
  const payee = childOf(node, 'PAYEE')
  return {
    fitId: textOf(node, 'FITID'),
    type: textOf(node, 'TRNTYPE')?.toUpperCase() ?? 'OTHER',
    pending,
    postedAt: readInstant(posted, 'DTPOSTED'),
    userAt: user === undefined ? undefined : readInstant(user, 'DTUSER'),
    ...readTransactionAmount(node, accountCurrency),
    name: textOf(payee, 'NAME') ?? textOf(node, 'NAME') ?? textOf(node, 'MEMO') ?? '',
    memo: textOf(node, 'MEMO'),
    checkNumber: textOf(node, 'CHECKNUM'),
    sic: textOf(node, 'SIC'),
    payee,
  }
}

/** `CURRENCY` means the amount itself is in another currency; `ORIGCURRENCY` only says where it came from. */
function readTransactionAmount(node: OfxNode, currency: string): Pick<OfxTransaction, 'amountMinor' | 'foreign'> {
  const text = textOf(node, 'TRNAMT')
  if (text === undefined) throw new OfxFinding('bad-amount', 'a transaction has no TRNAMT')
  const other = childOf(node, 'CURRENCY')
  const symbol = textOf(other, 'CURSYM')?.toUpperCase()
  const rate = textOf(other, 'CURRATE')
  if (symbol === undefined || rate === undefined || symbol === currency) {
    return { amountMinor: readAmount(text, currency, 'TRNAMT'), foreign: undefined }
  }
  const foreignMinor = readAmount(text, symbol, 'TRNAMT')
  return {
    amountMinor: convert(foreignMinor, rate, symbol, currency),
    foreign: {
      amountMinor: foreignMinor < 0n ? -foreignMinor : foreignMinor,
      currency: symbol,
      rate: rate.replace(',', '.'),
    },
  }
}

function readClosings(response: OfxNode): readonly OfxClosing[] {
  const accountId = textOf(childOf(response, 'CCACCTFROM'), 'ACCTID')
  if (accountId === undefined) throw new OfxFinding('missing-account', 'a card closing has no account number')
  const currency = readCurrency(textOf(response, 'CURDEF'))
  return findAll(response, 'CCCLOSING').map((closing) => {
    const amount = (name: string): bigint | undefined => {
      const text = textOf(closing, name)
      return text === undefined ? undefined : readAmount(text, currency, name)
    }
    const instant = (node: OfxNode | undefined, name: string): number | undefined => {
      const text = textOf(node, name)
      return text === undefined ? undefined : readInstant(text, name)
    }
    const closedAt = instant(closing, 'DTCLOSE')
    const dueAt = instant(closing, 'DTPMTDUE')
    if (closedAt === undefined || dueAt === undefined)
      throw new OfxFinding('bad-date', 'a card closing lacks DTCLOSE or DTPMTDUE')
    const last = childOf(closing, 'LASTPMTINFO')
    const lastAmount = textOf(last, 'LASTPMTAMT')
    const lastAt = instant(last, 'LASTPMTDATE')
    return {
      accountId,
      closedAt,
      opening: instant(closing, 'DTOPEN'),
      balanceMinor: amount('BALCLOSE') ?? 0n,
      minimumMinor: amount('MINPMTDUE') ?? 0n,
      dueAt,
      pastDueMinor: amount('PASTDUEAMT') ?? 0n,
      limitMinor: amount('CREDITLIMIT'),
      lastPayment:
        lastAmount === undefined || lastAt === undefined
          ? undefined
          : { amountMinor: readAmount(lastAmount, currency, 'LASTPMTAMT'), at: lastAt },
      autopay: textOf(closing, 'AUTOPAY')?.toUpperCase() === 'Y',
    }
  })
}
