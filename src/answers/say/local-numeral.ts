/** A plain decimal of a bank, such as `21.99`, as the language writes it; every digit stays. Anything else stays as it is. */
export function localNumeral(text: string, language: string): string {
  const match = /^-?\d{1,15}(?:\.(\d{1,15}))?$/.exec(text)
  if (match === null) return text
  const digits = match[1]?.length ?? 0
  return new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    Number(text),
  )
}

/** A month of a bank, `YYYY-MM`, as the language writes it. Anything else stays as it is. */
export function localMonth(text: string, language: string): string {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return text
  const format = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' })
  return format.format(Date.parse(`${text}-01T00:00:00Z`))
}
