import { decimalText } from '../kernel/index.ts'
import type { BankFigures } from './fetch-figures.ts'

const head = ['bank', 'account', 'digits', 'category', 'balance', 'amount', 'currency', 'as_of', 'checked_at', 'note']

/** Accounts and balances as CSV (RFC 4180), one line a balance; a bank that gave nothing has a line that says so. */
export function writeCsv(figures: readonly BankFigures[]): string {
  const lines = figures.flatMap((bank) => {
    const checked = new Date(bank.checkedAt).toISOString()
    if (bank.accounts === undefined) return [[bank.name, '', '', '', '', '', '', '', checked, 'no answer']]
    return bank.accounts.flatMap((account) => {
      const who = [bank.name, account.name.reveal(), account.lastDigits?.reveal() ?? '', account.category]
      if (account.balances.length === 0) return [[...who, '', '', '', '', checked, '']]
      return account.balances.map(({ kind, amount, asOf }) => {
        const money = amount.reveal()
        const at = asOf === undefined ? '' : new Date(asOf).toISOString()
        return [...who, kind, decimalText(money), money.currency, at, checked, '']
      })
    })
  })
  return [head, ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('')
}

// A spreadsheet takes a text that begins like this for a formula; an account's name is the bank's to choose.
function cell(text: string): string {
  const isAmount = /^-?\d+(?:\.\d+)?$/.test(text)
  const safe = !isAmount && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
