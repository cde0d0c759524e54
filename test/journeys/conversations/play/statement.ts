/**
 * The bank statement behind the conversations that show figures: the same amounts on whatever day they are played, because every
 * payment lies a fixed number of days back, or on a fixed day of earlier months. OFX 1.0.2, read by the sandbox bank.
 */
export function writeStatement(today: Date): string {
  const ago = (days: number): Date =>
    new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate() - days))
  const monthly = (days: number, count: number): readonly Date[] =>
    Array.from({ length: count }, (_, months) => monthsBack(ago(days), months))
  const checking: readonly Entry[] = [
    ...Array.from({ length: 12 }, (_, index) => entry(ago(6 + 14 * index), 'DIRECTDEP', '2150.00', 'Meridian Payroll')),
    ...monthly(10, 6).map((day) => entry(day, 'DIRECTDEBIT', '-1280.00', 'Harbor Lane Apartments', '6513')),
    ...monthly(25, 6).map((day) => entry(day, 'DIRECTDEBIT', '-74.10', 'Lakeside Electric', '4900')),
    entry(ago(7), 'ATM', '-80.00', 'ATM West Madison St', '6011'),
    entry(ago(5), 'XFER', '-200.00', 'Transfer to savings'),
    entry(ago(4), 'FEE', '-4.00', 'Monthly service fee'),
  ]
  const card: readonly Entry[] = [
    { ...entry(ago(0), 'POS', '-60.00', 'Meridian Fuel', '5541'), isPending: true },
    { ...entry(ago(1), 'POS', '-18.75', 'Nonna Pina', '5812'), city: 'Chicago', state: 'IL' },
    { ...entry(ago(2), 'POS', '-6.40', 'Corner Cafe', '5814'), city: 'Chicago', state: 'IL' },
    entry(ago(3), 'POS', '-24.99', 'Gadgetry', '5732'),
    entry(ago(3), 'POS', '-24.99', 'Gadgetry', '5732'),
    entry(ago(5), 'CREDIT', '52.99', 'Parcelwise', '5311'),
    { ...entry(ago(8), 'POS', '-31.20', 'Nonna Pina', '5812'), city: 'Austin', state: 'TX' },
    entry(ago(9), 'POS', '-52.99', 'Parcelwise', '5311'),
    ...monthly(17, 2).map((day) => entry(day, 'REPEATPMT', '-12.99', 'Lumen Stream', '4899')),
    ...monthly(17, 6)
      .slice(2)
      .map((day) => entry(day, 'REPEATPMT', '-10.99', 'Lumen Stream', '4899')),
    // The same visits in each month before this one, so that "last month" is the same sum on every day.
    ...[1, 2, 3].flatMap((months) =>
      groceryDays.map((day, index) =>
        entry(
          dayOfMonth(today, months, day),
          'POS',
          groceryAmounts[(index + months) % 3] ?? '',
          'Green Basket Market',
          '5411',
        ),
      ),
    ),
  ]
  return [
    ...['OFXHEADER:100', 'DATA:OFXSGML', 'VERSION:102', 'SECURITY:NONE', 'ENCODING:USASCII', 'CHARSET:1252'],
    ...['COMPRESSION:NONE', 'OLDFILEUID:NONE', 'NEWFILEUID:NONE', ''],
    `<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>${dateOf(today)}<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>`,
    '<SIGNUPMSGSRSV1><ACCTINFOTRNRS><TRNUID>0<STATUS><CODE>0<SEVERITY>INFO</STATUS><ACCTINFORS>',
    `<ACCTINFO><DESC>Everyday Checking<BANKACCTINFO>${bankAccount('5550001234', 'CHECKING')}</BANKACCTINFO></ACCTINFO>`,
    `<ACCTINFO><DESC>Rainy Day Savings<BANKACCTINFO>${bankAccount('5550009120', 'SAVINGS')}</BANKACCTINFO></ACCTINFO>`,
    `<ACCTINFO><DESC>Platinum<CCACCTINFO>${cardAccount}</CCACCTINFO></ACCTINFO>`,
    '</ACCTINFORS></ACCTINFOTRNRS></SIGNUPMSGSRSV1><BANKMSGSRSV1>',
    bankStatement(today, { account: bankAccount('5550001234', 'CHECKING'), entries: checking, balance: '1842.17' }),
    bankStatement(today, {
      account: bankAccount('5550009120', 'SAVINGS'),
      entries: [entry(ago(5), 'XFER', '200.00', 'Transfer from checking')],
      balance: '9120.44',
    }),
    '</BANKMSGSRSV1><CREDITCARDMSGSRSV1>',
    `<CCSTMTTRNRS><TRNUID>3<STATUS><CODE>0<SEVERITY>INFO</STATUS><CCSTMTRS><CURDEF>USD${cardAccount}`,
    `${list(card)}${balances(today, '-457.30', '4542.70')}</CCSTMTRS></CCSTMTTRNRS>`,
    `<CCSTMTENDTRNRS><TRNUID>4<STATUS><CODE>0<SEVERITY>INFO</STATUS><CCSTMTENDRS><CURDEF>USD${cardAccount}<CCCLOSING><FITID>c1`,
    `<DTCLOSE>${dateOf(ago(12))}<BALCLOSE>-412.30<DTPMTDUE>${dateOf(ago(-9))}<MINPMTDUE>35.00<CREDITLIMIT>5000.00`,
    '</CCCLOSING></CCSTMTENDRS></CCSTMTENDTRNRS></CREDITCARDMSGSRSV1></OFX>',
  ].join('\n')
}

type Entry = {
  readonly day: Date
  readonly type: string
  readonly amount: string
  readonly name: string
  readonly sic: string | undefined
  readonly city?: string
  readonly state?: string
  readonly isPending?: boolean
}

/** Other amounts on each day of another month, so that nothing here looks like a payment that keeps coming. */
const groceryDays = [4, 11, 18] as const
const groceryAmounts = ['-45.20', '-96.35', '-73.04'] as const

const cardAccount = '<CCACCTFROM><ACCTID>4000000000004821</CCACCTFROM>'

function entry(day: Date, type: string, amount: string, name: string, sic?: string): Entry {
  return { day, type, amount, name, sic }
}

function bankAccount(id: string, kind: string): string {
  return `<BANKACCTFROM><BANKID>990017352<ACCTID>${id}<ACCTTYPE>${kind}</BANKACCTFROM>`
}

function bankStatement(
  today: Date,
  of: { readonly account: string; readonly entries: readonly Entry[]; readonly balance: string },
): string {
  const head = '<STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>USD'
  return `${head}${of.account}${list(of.entries)}${balances(today, of.balance, of.balance)}</STMTRS></STMTTRNRS>`
}

function balances(today: Date, ledger: string, available: string): string {
  const as = (name: string, amount: string): string => `<${name}><BALAMT>${amount}<DTASOF>${dateOf(today)}</${name}>`
  return as('LEDGERBAL', ledger) + as('AVAILBAL', available)
}

function list(entries: readonly Entry[]): string {
  const booked = entries.filter(({ isPending }) => isPending !== true)
  const pending = entries.filter(({ isPending }) => isPending === true)
  const days = entries.map(({ day }) => dateOf(day)).toSorted()
  const range = `<DTSTART>${days[0]}<DTEND>${days.at(-1)}`
  const waiting = pending.map((one) => `<STMTTRNP>${bodyOf(one, 'DTTRAN')}</STMTTRNP>`).join('\n')
  const lines = booked.map((one, index) => `<STMTTRN>${bodyOf(one, 'DTPOSTED', `f${index}`)}</STMTTRN>`).join('\n')
  const list = `<BANKTRANLIST>${range}\n${lines}\n</BANKTRANLIST>`
  return waiting === '' ? list : `${list}<BANKTRANLISTP><DTASOF>${days.at(-1)}${waiting}</BANKTRANLISTP>`
}

function bodyOf({ day, type, amount, name, sic, city, state }: Entry, dated: string, id?: string): string {
  const payee =
    city === undefined
      ? `<NAME>${name}`
      : `<PAYEE><NAME>${name}<ADDR1>1 Main St<CITY>${city}<STATE>${state}<POSTALCODE>60601<COUNTRY>USA<PHONE>0</PAYEE>`
  const fit = id === undefined ? '' : `<FITID>${id}`
  return `<TRNTYPE>${type}<${dated}>${dateOf(day)}<TRNAMT>${amount}${fit}${sic === undefined ? '' : `<SIC>${sic}`}${payee}`
}

function dateOf(day: Date): string {
  return day.toISOString().slice(0, 10).replaceAll('-', '')
}

/** The same day some months earlier; the month's last day where it is too short. */
function monthsBack(day: Date, months: number): Date {
  const first = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() - months, 1))
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  return new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), Math.min(day.getUTCDate(), last)))
}

function dayOfMonth(today: Date, months: number, day: number): Date {
  return new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - months, day))
}
