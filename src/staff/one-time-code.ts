import { createHash } from 'node:crypto'
import type { Random } from '../platform/index.ts'

/** Easy to read out and to type: no vowels, nothing that looks like something else. */
const alphabet = 'bcdfghjkmnpqrstvwxz23456789'
const groups = 6
const groupLength = 5

/** A code that nobody guesses: thirty characters of twenty-seven, some 142 bits. */
export function makeOneTimeCode(random: Random): string {
  const characters: string[] = []
  while (characters.length < groups * groupLength) {
    for (const byte of random.bytes(32)) {
      // 243 is nine times 27: bytes above it would favour the first letters.
      if (byte < 243 && characters.length < groups * groupLength)
        characters.push(alphabet[byte % alphabet.length] ?? '')
    }
  }
  return Array.from({ length: groups }, (_, at) =>
    characters.slice(at * groupLength, (at + 1) * groupLength).join(''),
  ).join('-')
}

/** All that is kept of a code. Bound to the login, so that a code is worth nothing for somebody else's. */
export function hashOneTimeCode(login: string, code: string): Buffer {
  return createHash('sha256').update(`parley/staff-code/v1|${login}|${code.trim()}`, 'utf8').digest()
}
