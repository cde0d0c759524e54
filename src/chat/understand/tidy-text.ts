// Anger changes how people write, not what they want.
const swearing =
  /(?<![\p{L}])(?:\p{L}{0,3}\*{2,}\p{L}*|f+u+c+k\p{L}*|fck\p{L}*|bloody|damn|damned|goddamn|hell|the heck|shit\p{L}*|crap|bastards?|idiots?|morons?|useless lot|arse\p{L}*|asshole\p{L}*|wtf|joder|jodid[oa]s?|mierda|puta|puto|coño|carajo|demonios|hostias?|cabr[oó]n\p{L}*|gilipollas|merde|putain|bordel|connards?|foutue?s?|diable|schei(?:ß|ss)\p{L}*|verdammt\p{L}*|verflucht\p{L}*|verfickt\p{L}*|zum teufel|ihr versager|idioten|merda|porra|caralho|droga|raios|diabos|idiotas?)(?![\p{L}])/giu

// "un-block", "re activate": one word, however it is divided.
const divided = /\b(un|re|de|ent|des|dé)[-\s](?=(?:block|freez|lock|froze|activat|congel|bloque|sperr|g[eè]l))/giu

/** A text as it is read for its meaning: without swearing, and with divided words joined. Nothing else is changed. */
export function tidyText(text: string): string {
  const tidy = text.replace(swearing, ' ').replace(divided, '$1').replace(/\s+/g, ' ').trim()
  return tidy === '' ? text : tidy
}

/** A web address in full. A bare name may be a shop's. */
export function hasAddress(text: string): boolean {
  return /\bhttps?:\/\/|\bwww\./iu.test(text)
}

/** Something that looks like the name of a site. */
export function namesSite(text: string): boolean {
  return hasAddress(text) || /\b[\p{L}\d-]{2,}\.(?!(?:\d|jpg|png|pdf)\b)\p{L}{2,}(?:\/|\b)/iu.test(text)
}
