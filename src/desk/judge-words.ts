import { Secret, maskSecrets, refusal, success } from '../kernel/index.ts'
import type { Outcome } from '../kernel/index.ts'
import { wordsCharactersMax } from './limits.ts'

/** Why what an agent wrote is not sent. */
export type WordsRefusal =
  | 'desk/words-empty'
  | 'desk/words-too-long'
  | 'desk/words-ask-for-secrets'
  | 'desk/words-hold-secrets'
  | 'desk/words-hold-link'

/**
 * What an agent wrote, cleaned of what nobody sees; refused where it speaks of a code, PIN or password (whoever reads "we will never ask" must
 * never see it asked), holds a card number or such, or a link or telephone number, which in our chats only ours may be. Pure.
 */
export function judgeWords(written: string): Outcome<Secret<string>, WordsRefusal> {
  const text = cleaned(written)
  if (text === '') return refusal('desk/words-empty')
  if ([...text].length > wordsCharactersMax) return refusal('desk/words-too-long')
  if (asksForSecrets(text)) return refusal('desk/words-ask-for-secrets')
  if (maskSecrets(text) !== text) return refusal('desk/words-hold-secrets')
  if (link.test(text) || holdsTelephone(text)) return refusal('desk/words-hold-link')
  return success(new Secret(text))
}

// Characters that move the cursor, turn the direction of writing or are not seen at all; lines stay, three in a row become two.
function cleaned(written: string): string {
  return written
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{C}\n\u200d]/gu, '')
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

function asksForSecrets(text: string): boolean {
  const plain = text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
  return secretWords.test(plain) || spacedOut.test(plain)
}

const secretWords = new RegExp(
  `(?<!\\p{L})(?:${[
    'pins?|passwords?|pass ?codes?|pass ?words?|pass ?phrases?|code|codes|cvv2?|cvc2?|otps?|one.time|security (?:number|answer|question)s?|secret',
    'contrasenas?|claves?|codigos?|palabra clave|secreta?',
    'mots? de passe|cryptogramme|secrete?',
    'passwort|passworter|kennwort|kennworter|geheimzahl|geheimnummer|\\w*codes?|tans?|\\w+tan|prufziffer|prufnummer|kartenprufnummer',
    'senhas?|palavras?.passe',
    'social security|ssn|mother.?s maiden',
  ].join('|')})(?!\\p{L})`,
  'u',
)
// "P.I.N", "p i n", "P-I-N"
const spacedOut = /(?<!\p{L})(?:p[\W_]+i[\W_]+n|c[\W_]+v[\W_]+[vc]|o[\W_]+t[\W_]+p|t[\W_]+a[\W_]+n)(?!\p{L})/u

const link =
  /[a-z][a-z0-9+.-]*:\/\/|www\.|(?<![\p{L}\p{N}@])(?:[\p{L}\p{N}-]+\.)+(?:com|net|org|info|io|app|me|ly|link|to|bank|de|es|fr|pt|br|uk|us|eu|xyz|online|site)(?![\p{L}\p{N}])/iu
const date = /(?<!\d)(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})(?!\d)/g
// Digits with what people put between them; a comma or colon ends them, as in an amount or a time.
const digitRun = /\+?\(?\d(?:[ ()./-]{0,2}\d){5,}/g
/** An amount has fewer digits than this, a telephone number with its area seldom. */
const telephoneDigitsMin = 9

function holdsTelephone(text: string): boolean {
  const runs = text.replace(date, ';').match(digitRun) ?? []
  return runs.some((run) => run.startsWith('+') || run.replace(/\D/g, '').length >= telephoneDigitsMin)
}
