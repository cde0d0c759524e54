import { maskSecrets } from '../../kernel/index.ts'

/** Longer texts are cut: nobody asks a bank a question of more than this many characters. */
export const textCharactersMax = 4_000
/** The messenger's own limit for a payload. */
const payloadCharactersMax = 1_000

/** What of a text is kept: card numbers masked, no control characters, at most {@link textCharactersMax} long. */
export function cleanText(text: string): { readonly text: string; readonly cut: boolean } {
  // Masked before it is cut: half a card number would not be recognised.
  const masked = maskSecrets(plainCharacters(text))
  if (masked.length <= textCharactersMax) return { text: masked, cut: false }
  return { text: plainCharacters(masked.slice(0, textCharactersMax)), cut: true }
}

/** A payload is ours, but it comes back over the wire. */
export function cleanPayload(payload: string): string {
  return cleanText(payload).text.slice(0, payloadCharactersMax)
}

/** Control characters but line breaks become blanks; lone surrogates, which no database stores, a replacement mark. */
function plainCharacters(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, ' ').replace(/\p{Cs}/gu, '\ufffd')
}
