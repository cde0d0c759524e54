/** Longer names and descriptions of a bank are cut: nothing anybody needs to know a payment by is longer. */
const textMax = 80

/**
 * A bank's, shop's or payer's words as one inert line: no control characters, no line breaks, no invisible characters and
 * none that turn the direction of writing, so that they cannot look like words of ours or hide what they are.
 */
export function cleanText(text: string, max = textMax): string {
  const line = text
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, '')
    .trim()
  const letters = [...line]
  return letters.length <= max
    ? line
    : `${letters
        .slice(0, max - 1)
        .join('')
        .trimEnd()}…`
}
