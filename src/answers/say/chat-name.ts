import { cleanText } from '../clean-text.ts'

/** The longest name of a shop, account or city in a chat. */
const nameMax = 40

/**
 * A bank's words as a chat may carry them. Messengers turn what looks like an address or a telephone number into something
 * to tap, and whoever may name a shop or write a memo would have a link in our message: so such things are taken apart.
 */
export function chatName(text: string): string {
  const apart = text
    .replace(/[a-z][a-z0-9+.-]*:\/\//gi, '')
    .replace(/\bwww\./gi, 'www ')
    .replace(/([\p{L}\p{Nd}-])\.(?=\p{L})/gu, '$1 .')
    .replace(/@/g, ' at ')
    // Seven digits and more, however they are grouped: a telephone number, or a number that is nobody's business.
    .replace(/\+?\d(?:[\s().-]{0,2}\d){6,}/g, '…')
  return cleanText(apart, nameMax)
}
