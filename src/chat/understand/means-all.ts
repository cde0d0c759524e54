const all =
  /\b(?:all|every|everything|both|todas|todos|todo|ambas|toutes?|tous|tout|alle[ns]?|s[äa]mtliche[ns]?|beide[ns]?|tod[ao]s|ambos)\b/iu
const plural = /\b(?:cards|tarjetas|cartes|karten|cart[oõ]es)\b/iu

/** Whether a wish about cards means all of them. */
export function meansAll(text: string): boolean {
  return all.test(text) || plural.test(text)
}
