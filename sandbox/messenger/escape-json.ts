/**
 * JSON text with the escapes the platform uses on the wire: every non-ASCII UTF-16 unit as \uXXXX (lower case), "/" as \/,
 * and <, %, @ as \u003C, \u0025, \u0040. All of these characters occur in JSON only inside strings, so the meaning stays
 * the same while the bytes, and with them the signature, differ from what JSON.stringify would give.
 */
export function escapeJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[/<%@\u007f-\uffff]/g,
    (character) => ESCAPES[character] ?? escapeUnit(character),
  )
}

const ESCAPES: Readonly<Record<string, string>> = { '/': '\\/', '<': '\\u003C', '%': '\\u0025', '@': '\\u0040' }

function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
