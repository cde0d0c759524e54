import type { Span } from './mask-cards.ts'

/**
 * Secrets that the writer names as such, in five languages: "my pin is 4821", "OTP 123456", "mein Passwort lautet …", "cvv 123",
 * "hunter2 is my password". Only the secret itself is given, never its name. Folded text (`foldText`); every look ahead is short, so the
 * time grows with the length of the text and nothing else.
 */
export function findNamedSecrets(folded: string): readonly Span[] {
  return [
    ...codesAfter(folded, strongNames, 3),
    ...codesAfter(folded, weakNames, 4),
    ...codesBefore(folded),
    ...passwordsAfter(folded),
    ...passwordsBefore(folded),
    ...socialSecurityNumbers(folded),
  ]
}

/** How far after its name a secret is looked for, in UTF-16 units. */
const lookAhead = 96

// Names of what is a secret wherever it is followed by a number.
const strongNames = new RegExp(
  `(?<![a-z0-9])(?:${[
    'pin', 'pins', 'pin-?code', 'pin-?number', 'pin-?nummer', 'cvv2?', 'cvc2?', 'csc', 'cvn', 'otp', 'tan', 'm-?tan', 'sms-?tan', 'push-?tan', 'puk', 'passcode', 'pass-?code',
    'security code', 'secret code', 'card code', 'verification code', 'verify code', 'one[ -]?time (?:code|password|passcode|pin)', 'auth(?:entication|orization|orisation)? code',
    'confirmation code', 'access code', 'login code', 'sms code', 'text code', '2fa(?: code)?', 'code from (?:the|my) (?:text|sms|app)',
    'clave', 'clave secreta', 'codigo (?:de )?(?:seguridad|verificacion|confirmacion|acceso|sms|un solo uso|secreto|pin)', 'nip', 'numero secreto',
    'code (?:de )?(?:securite|verification|confirmation|validation|acces|secret|sms|confidentiel|pin)', 'code a usage unique', 'code de (?:ma )?carte', 'cryptogramme(?: visuel)?', 'mon code',
    'geheimzahl', 'geheimnummer', 'sicherheitscode', 'bestatigungscode', 'verifizierungscode', 'freigabecode', 'einmal(?:code|passwort|kennwort)', 'sms-?code', 'prufziffer', 'prufnummer', 'kartenprufnummer', 'zugangscode', 'mein code',
    // "The code they texted me", "el código que me llegó", "der Code, den ich bekommen habe".
    '(?:code|codigo|token),? (?:(?:that|which|que|qui|den|der) )?(?:(?:they|you|he|she|it|i|ive|we|me|te|nos|sie|ihr|er|ich|mir|on|vous|ils|jai|eu|was|has|just|ha|han|hat|haben|ma|mont|est|foi) ){1,3}(?:texted|sent|got|received|given|gave|emailed|messaged|llego|llegado|mandaron|mandado|enviaron|enviado|dieron|recibi|recibido|recu|envoye|envoyee|donne|arrive|bekommen|geschickt|erhalten|gekriegt|kam|mandaram|enviaram|deram|recebi|chegou|veio)(?: (?:habe|hab|haben|hat))?(?: (?:me|to me|us|mir))?(?: (?:by|per|por) (?:text|sms|e-?mail))?',
    'codigo (?:de )?(?:seguranca|verificacao|confirmacao|acesso|uso unico)', 'senha', 'meu codigo', 'mi codigo', 'my code',
  ].join('|')})(?![a-z0-9])`,
  'g',
) // prettier-ignore

// "Code" alone is a secret too, where it is said what it is: not "zip code 90210", "error code 4040".
const weakNames =
  /(?<![a-z0-9])(?<!(?:zip|post|postal|sort|area|error|country|dialing|dialling|promo|promotion|discount|voucher|swift|bic|bank|branch|routing|qr|bar|dress|source|mcc|merchant|category|reference|tracking|codigo|el|le|der) )(?:code|codigo|token)(?! (?:postal|promo|swift|bic|de descuento|guichet|banque|postale))(?![a-z0-9])/g

// What may stand between a name and its number.
const is =
  "(?:is|was|are|=|:|es|era|ist|lautet|war|est|c'est|etait|e|era|->|number is|no|nr|num|number|nummer|numero|code|is now|equals|de|du|von|of)"
const ownCard =
  '(?:(?:for|of|on|to|de|del|da|do|du|pour|para|fur|von|zu|zur)(?: (?:my|the|this|that|la|el|mi|esta|ma|le|cette|meine?r?|der|die|das|minha|meu|o|a))?(?: [a-z]{1,14}){1,2}(?: (?:ending|ends|endet|termina))?(?: (?:in|with|en|mit|em|auf))?(?: \\d{4})?)'

/** Digits of a secret that is named after or before them: with at most two separators between. */
const code = '(?:[a-z]-)?(\\d(?:[ .\\-\\u200b]{0,2}\\d){MIN,9})(?![a-z0-9]|[.,/-]?\\d)'

function codesAfter(folded: string, names: RegExp, digitsMin: number): readonly Span[] {
  const digits = code.replace('MIN', String(digitsMin - 1))
  const direct = new RegExp(`^[\\s\\u200b]*(?:${is}[\\s:=]+){0,3}["'(#*]{0,2}${digits}`, 'd')
  const roundabout = new RegExp(`^ ${ownCard} (?:is|=|:|es|ist|lautet|est|e)[\\s:=]+["'(]?${digits}`, 'd')
  const glued = new RegExp(`^[:=#]["'(]?\\s{0,2}${digits}`, 'd')
  return after(folded, names, [direct, roundabout, glued])
}

function after(folded: string, names: RegExp, shapes: readonly RegExp[]): readonly Span[] {
  return [...folded.matchAll(names)].flatMap((name) => {
    const from = name.index + name[0].length
    const ahead = folded.slice(from, from + lookAhead)
    for (const shape of shapes) {
      const place = shape.exec(ahead)?.indices?.[1]
      if (place !== undefined) return [{ start: from + place[0], end: from + place[1] }]
    }
    return []
  })
}

// "4821 is my pin", "4821 es mi clave", "4821 ist meine PIN", "4821 est mon code", "4821 é minha senha".
function codesBefore(folded: string): readonly Span[] {
  const shape =
    /(?<![\d.,/-])(\d(?:[ -]?\d){2,7}) (?:is|was|es|ist|est|e) (?:my|the|our|mi|el|la|meine?|die|der|mon|ma|le|minha|meu|a|o) (?:\w{1,12} ){0,2}?(?:pin|cvv|cvc|otp|code|passcode|password|clave|contrasena|codigo|tan|geheimzahl|passwort|senha|nip)(?![a-z0-9])/dg
  return [...folded.matchAll(shape)].flatMap(({ indices }) => spanAt(indices?.[1]))
}

const passwordName =
  '(?:password|passwort|passphrase|pass ?word|kennwort|contrasena|contrasenha|mot de passe|mdp|senha|palavra-passe|clave|pwd|passwd)'
const says = '(?:is|was|=|:|es|era|ist|lautet|est|e|:=|->|is now)'
const token = '(\\S{3,64})'

function passwordsAfter(folded: string): readonly Span[] {
  const names = new RegExp(`(?<![a-z0-9])${passwordName}(?![a-z0-9])`, 'g')
  const said = new RegExp(
    `^(?: (?:for|de|del|para|fur|von|pour|da|do)(?: [a-z]{1,14}){1,3})?[\\s]*(?:${says}[\\s:=]+|[:=]\\s{0,2})["'(]?${token}`,
    'd',
  )
  const bare = new RegExp(`^\\s{1,2}["'(]?${token}`, 'd')
  return [...folded.matchAll(names)].flatMap((name) => {
    const from = name.index + name[0].length
    const ahead = folded.slice(from, from + lookAhead)
    const place = said.exec(ahead)?.indices?.[1]
    if (place !== undefined && !isOrdinary(ahead.slice(place[0], place[1]))) return spanAt(place, from)
    const next = bare.exec(ahead)?.indices?.[1]
    return next !== undefined && looksSecret(ahead.slice(next[0], next[1])) ? spanAt(next, from) : []
  })
}

function passwordsBefore(folded: string): readonly Span[] {
  const shape = new RegExp(
    `(?<!\\S)(\\S{4,64}) (?:is|es|ist|est|e) (?:my|mi|mein|meine|mon|minha|a minha|the|our) (?:[a-z]{1,12} )?${passwordName}(?![a-z0-9])`,
    'dg',
  )
  return [...folded.matchAll(shape)].flatMap(({ 1: word = '', indices }) =>
    looksSecret(word) ? spanAt(indices?.[1]) : [],
  )
}

// A word with a digit or a sign inside it is nobody's prose: "hunter2", "p@ss".
function looksSecret(word: string): boolean {
  const bare = word.replace(/["')\].,;:!?]+$/, '')
  return /\d/.test(bare)
    ? /\d{4,}|[^\d]/.test(bare) && bare.length >= 4
    : /^(?=.*[a-z])[^\s]*[#$%^&*@=+~<>|{}[\]][^\s]*$/.test(bare)
}

// What is said of a password without telling it: "my password is wrong", "mi clave es correcta".
const ordinary = new Set(
  `wrong not correct incorrect right fine ok okay good bad weak strong old new expired blocked locked lost stolen forgotten gone missing required
  needed invalid valid too very so the a an in on at being been still never now also already asked always what my your his their that this it same
  different working broken reset hacked compromised leaked known unknown safe unsafe saved written there here something nothing secret private
  incorrecta correcta incorrecto correcto mala buena muy la el una un mi que bloqueada caducada vencida erronea invalida valida nueva vieja
  segura no lo demasiado igual esta obligatoria necesaria olvidada perdida
  faux fausse incorrecte invalide valide expire expiree bloque bloquee oublie perdu trop le un une mon pas ne toujours le meme refuse demande nouveau ancien
  falsch nicht richtig abgelaufen gesperrt weg vergessen ungultig gultig zu sehr das die der ein eine mein neu alt sicher unsicher noch immer schon bekannt korrekt verloren gestohlen
  errada errado invalida incorreta correta muito a o uma um minha meu nao bloqueada esquecida expirada perdida nova velha fraca forte segura
  required? needed?`.split(/\s+/),
)

function isOrdinary(word: string): boolean {
  return ordinary.has(word.replace(/["')\].,;:!?…]+$/, ''))
}

// Area, group and serial as the Social Security Administration gives them out; hyphens tell, else the name must.
function socialSecurityNumbers(folded: string): readonly Span[] {
  const shape = /(?<![\d-])(?<!\d[ .])((?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4})(?!\d|[ .-]\d)/dg
  const named =
    /(?<![a-z])(?:ssn|social security(?: number| no| nr)?|social)(?: (?:is|number|no|nr|=)|[:#=]){0,3}[ :#]{0,3}((?!000|666|9)\d{3}[ .-]?(?!00)\d{2}[ .-]?(?!0000)\d{4})(?!\d)/dg
  return [shape, named].flatMap((one) => [...folded.matchAll(one)].flatMap(({ indices }) => spanAt(indices?.[1])))
}

function spanAt(place: readonly [number, number] | undefined, from = 0): readonly Span[] {
  return place === undefined ? [] : [{ start: from + place[0], end: from + place[1] }]
}
