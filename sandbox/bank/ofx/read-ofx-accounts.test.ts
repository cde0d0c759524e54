import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OfxError } from './ofx-error.ts'
import { convert, readAmount, readInstant } from './ofx-values.ts'
import { parseTree } from './parse-tree.ts'
import { readOfxAccounts } from './read-ofx-accounts.ts'

const HEADER = 'OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nENCODING:USASCII\r\nCHARSET:1252\r\n\r\n'
const SIGN_ON =
  '<SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20260301<LANGUAGE>ENG<FI><ORG>Hillside</FI></SONRS></SIGNONMSGSRSV1>'

const transaction = (fields: string): string =>
  `<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260210120000[-5:EST]${fields}</STMTTRN>`

const checking = (transactions: string, ledger = '1234.56', asOf = '20260301'): string =>
  `${HEADER}<OFX>${SIGN_ON}<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>9<ACCTID>000123-4567<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20260201<DTEND>20260301${transactions}</BANKTRANLIST><LEDGERBAL><BALAMT>${ledger}<DTASOF>${asOf}</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>`

const card = (balance: string, available: string, closing = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?><?OFX OFXHEADER="200" VERSION="211"?><OFX>${SIGN_ON.replaceAll(/<(CODE|SEVERITY|DTSERVER|LANGUAGE|ORG)>([^<]*)/g, '<$1>$2</$1>')}<CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>USD</CURDEF><CCACCTFROM><ACCTID>4000000000001234</ACCTID></CCACCTFROM><BANKTRANLIST><STMTTRN><TRNTYPE>PAYMENT</TRNTYPE><DTPOSTED>20260225</DTPOSTED><TRNAMT>100.00</TRNAMT><FITID>p1</FITID><NAME>Payment</NAME></STMTTRN></BANKTRANLIST><LEDGERBAL><BALAMT>${balance}</BALAMT><DTASOF>20260301</DTASOF></LEDGERBAL><AVAILBAL><BALAMT>${available}</BALAMT><DTASOF>20260301</DTASOF></AVAILBAL></CCSTMTRS></CCSTMTTRNRS>${closing}</CREDITCARDMSGSRSV1></OFX>`

const CLOSING = `<CCSTMTENDTRNRS><CCSTMTENDRS><CURDEF>USD</CURDEF><CCACCTFROM><ACCTID>4000000000001234</ACCTID></CCACCTFROM><CCCLOSING><FITID>c1</FITID><DTOPEN>20260116</DTOPEN><DTCLOSE>20260215</DTCLOSE><BALCLOSE>-640.10</BALCLOSE><DTPMTDUE>20260312</DTPMTDUE><MINPMTDUE>35.00</MINPMTDUE><CREDITLIMIT>5000.00</CREDITLIMIT></CCCLOSING></CCSTMTENDRS></CCSTMTENDTRNRS>`

describe('real statements (OFX)', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ofx-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  async function read(...contents: readonly (string | Uint8Array)[]): ReturnType<typeof readOfxAccounts> {
    const files = contents.map((_, at) => join(folder, `statement-${at}.ofx`))
    await Promise.all(contents.map((content, at) => writeFile(files[at] ?? '', content)))
    return readOfxAccounts(files, 'person')
  }

  test('an SGML file without closing tags becomes an account with the file’s balance and history', async () => {
    const [book] = await read(checking(transaction('<TRNAMT>-12.34<FITID>1<NAME>Caf&amp;&#233;<MEMO>card 1')))
    expect(book).toMatchObject({ currentMinor: 123_456n, availableMinor: 123_456n })
    expect(book?.account).toMatchObject({
      kind: 'CHECKING',
      nickname: 'Hillside Checking',
      display: '4567',
      currency: 'USD',
    })
    expect(book?.entries[0]).toMatchObject({
      direction: 'DEBIT',
      amountMinor: 1_234n,
      description: 'Caf&é card 1',
      postedAt: '2026-02-10T17:00:00.000Z',
    })
  })

  test('a card: negative is owed, the closing gives the bill, payments since count', async () => {
    const [book] = await read(card('-700.00', '4300.00', CLOSING))
    expect(book).toMatchObject({ currentMinor: 70_000n, availableMinor: 430_000n })
    expect(book?.account).toMatchObject({ kind: 'CREDITCARD', display: '1234', creditLineMinor: 500_000n })
    expect(book?.bill).toMatchObject({
      statementDate: '2026-02-15',
      statementBalanceMinor: 64_010n,
      totalDueMinor: 54_010n,
      minimumDueMinor: 0n,
      dueDate: '2026-03-12',
    })
  })

  test('a card whose bank prints one unsigned figure twice is owed that figure', async () => {
    const [book] = await read(card('904.53', '904.53'))
    expect(book?.currentMinor).toBe(90_453n)
    expect(book?.account.creditLineMinor).toBeUndefined()
  })

  test('windows-1252, UTF-8 with a mark, and UTF-16 files read alike', async () => {
    const text = checking(transaction('<TRNAMT>-1<FITID>1<NAME>Zürich Café'))
    const utf16 = Uint8Array.from([0xff, 0xfe, ...Buffer.from(text, 'utf16le')])
    for (const bytes of [Buffer.from(text, 'latin1'), Buffer.from(`\ufeff${text}`, 'utf8'), utf16]) {
      const [book] = await read(bytes)
      expect(book?.entries[0]?.description).toBe('Zürich Café')
    }
  })

  test('an empty leaf without a closing tag swallows nothing', async () => {
    const [book] = await read(
      checking(
        transaction('<TRNAMT>-5.00<FITID>1<NAME>\n<MEMO>\n<CHECKNUM>77') +
          transaction('<TRNAMT>-6.00<FITID>2<NAME>Two'),
      ),
    )
    expect(book?.entries.map((entry) => entry.amountMinor).toSorted()).toEqual([500n, 600n])
    expect(book?.entries.find((entry) => entry.amountMinor === 500n)?.checkNumber).toBe('77')
  })

  test('overlapping downloads of one account merge: shared lines once, newest balance wins', async () => {
    const a = transaction('<TRNAMT>-1.00<FITID>a<NAME>A')
    const b = transaction('<TRNAMT>-2.00<FITID>b<NAME>B')
    const c = transaction('<TRNAMT>-3.00<FITID>a<NAME>C')
    const noId = transaction('<TRNAMT>-4.00<NAME>D')
    const result = await read(checking(a + b, '10.00', '20260201'), checking(b + c + noId + noId, '20.00', '20260301'))
    expect(result).toHaveLength(1)
    expect(result[0]?.currentMinor).toBe(2_000n)
    expect(result[0]?.entries.map((entry) => entry.amountMinor).toSorted()).toEqual([100n, 200n, 300n, 400n, 400n])
  })

  test('a place is taken from PAYEE and from nowhere else', async () => {
    const [book] = await read(
      checking(
        transaction('<TRNAMT>-1.00<FITID>1<NAME>SHOP AUSTIN TX') +
          transaction(
            '<TRNAMT>-2.00<FITID>2<PAYEE><NAME>Shop<ADDR1>1 Main St<CITY>Austin<STATE>TX<POSTALCODE>78704<COUNTRY>USA<PHONE>5</PAYEE>',
          ),
      ),
    )
    const byAmount = (minor: bigint): unknown =>
      book?.entries.find((entry) => entry.amountMinor === minor)?.payee?.place
    expect(byAmount(100n)).toBeUndefined()
    expect(byAmount(200n)).toMatchObject({ line1: '1 Main St', city: 'Austin', country: 'US' })
  })

  test.each([
    ['not-ofx', 'just some text'],
    ['broken-structure', checking(transaction('<TRNAMT>-1<FITID>1')).slice(0, -40)],
    ['broken-structure', `<OFX>${Array.from({ length: 100 }, (_, at) => `<A${at}>`).join('')}`],
    [
      'sign-on-failed',
      HEADER + '<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>15500<SEVERITY>ERROR</STATUS></SONRS></SIGNONMSGSRSV1></OFX>',
    ],
    ['no-statement', `${HEADER}<OFX></OFX>`],
    [
      'no-statement',
      `${HEADER}<OFX>${SIGN_ON}<INVSTMTMSGSRSV1><INVSTMTRS><CURDEF>USD</INVSTMTRS></INVSTMTMSGSRSV1></OFX>`,
    ],
    ['missing-account', checking('').replace('<ACCTID>000123-4567', '')],
    ['missing-balance', checking('', ' ')],
    ['bad-amount', checking('', 'about ten')],
    ['bad-amount', checking('', '1.2345')],
    ['bad-date', checking('', '1.00', '20260231')],
    ['bad-date', checking('<STMTTRN><TRNTYPE>DEBIT<TRNAMT>1<FITID>1</STMTTRN>')],
    ['bad-currency', checking('').replace('<CURDEF>USD', '<CURDEF>dollars')],
  ])('a file that cannot be used is refused: %s', async (reason, content) => {
    await expect(read(content)).rejects.toMatchObject({
      reason,
      message: expect.stringMatching(/^\S+statement-0\.ofx: [a-z-]+: [^\n]+$/),
    })
  })

  test('one bad file among good ones refuses all, and a missing file says so', async () => {
    await expect(read(checking(''), 'nonsense')).rejects.toBeInstanceOf(OfxError)
    await expect(readOfxAccounts([join(folder, 'absent.ofx')], 'person')).rejects.toMatchObject({
      reason: 'unreadable',
    })
    await expect(readOfxAccounts([folder], 'person')).rejects.toMatchObject({ reason: 'unreadable' })
  })

  test('whatever bytes a file holds, it is read or refused with a reason', async () => {
    const piece = fc.constantFrom(
      '<OFX>',
      '</OFX>',
      '<STMTRS>',
      '</STMTRS>',
      '<BALAMT>',
      '1,5',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '&#99999999;',
      '<X/>',
      '<',
      '>',
      '\u0000',
      ' ',
    )
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.array(piece, { maxLength: 40 }).map((parts) => Buffer.from(parts.join(''))),
        ),
        async (bytes) => {
          const outcome = await read(bytes).catch((error: unknown) => error)
          expect(Array.isArray(outcome) || outcome instanceof OfxError).toBe(true)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('a file of many open tags does not take long', () => {
    const hostile = `<OFX>${'<STMTTRN><NAME>x'.repeat(50_000)}${'</A>'.repeat(50_000)}</OFX>`
    const before = performance.now()
    expect(parseTree(hostile).children).toHaveLength(1)
    expect(performance.now() - before).toBeLessThan(5_000)
  })
})

describe('values in OFX', () => {
  test.each([
    ['12.34', 1_234n],
    ['12,34', 1_234n],
    ['-1.234,56', -123_456n],
    ['+1,234,567.8', 123_456_780n],
    ['.5', 50n],
    ['-0', 0n],
    ['7', 700n],
    ['10.5000', 1_050n],
    [' 1 000,00 ', 100_000n],
  ])('the amount %s is exact', (text, minor) => {
    expect(readAmount(text, 'USD', 'TRNAMT')).toBe(minor)
  })

  test('any minor units survive being written and read', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), fc.constantFrom('.', ','), (minor, mark) => {
        const digits = (minor < 0n ? -minor : minor).toString().padStart(3, '0')
        const text = `${minor < 0n ? '-' : ''}${digits.slice(0, -2)}${mark}${digits.slice(-2)}`
        return readAmount(text, 'USD', 'x') === minor
      }),
    )
  })

  test('currencies have their own minor units', () => {
    expect(readAmount('1500', 'JPY', 'x')).toBe(1_500n)
    expect(readAmount('1.234', 'KWD', 'x')).toBe(1_234n)
    expect(() => readAmount('1.5', 'JPY', 'x')).toThrow()
    expect(convert(-1_000n, '1.055', 'EUR', 'USD')).toBe(-1_055n)
    expect(convert(1_500n, '0.00667', 'JPY', 'USD')).toBe(1_001n)
  })

  test.each([
    ['20260210', '2026-02-10T12:00:00.000Z'],
    ['20260210120000', '2026-02-10T12:00:00.000Z'],
    ['202602101200', '2026-02-10T12:00:00.000Z'],
    ['20260210120000.123[-5:EST]', '2026-02-10T17:00:00.000Z'],
    ['20260210120000[-5]', '2026-02-10T17:00:00.000Z'],
    ['20260210120000[+5.5:IST]', '2026-02-10T06:30:00.000Z'],
    ['20260210202000.000[-:EST]', '2026-02-11T01:20:00.000Z'],
    ['20260210120000[0:GMT]', '2026-02-10T12:00:00.000Z'],
    ['2026-02-10', '2026-02-10T12:00:00.000Z'],
  ])('the date %s', (text, iso) => {
    expect(new Date(readInstant(text, 'x')).toISOString()).toBe(iso)
  })

  test.each(['', '2026', '20261301', '00000000', '20260230', '20260210990000', 'tomorrow'])(
    '"%s" is no date',
    (text) => {
      expect(() => readInstant(text, 'x')).toThrow()
    },
  )
})
