/** Base64 of RFC 4648 section 4, with padding. Written here because the kernel knows neither Node nor a browser. */
export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let start = 0; start < bytes.length; start += stepBytes) {
    binary += String.fromCharCode(...bytes.subarray(start, start + stepBytes))
  }
  return btoa(binary)
}

/** Arguments of one call; engines limit their number. */
const stepBytes = 8_192

/**
 * The bytes of a base64 text; undefined unless it is the one canonical spelling of them: no white space, all padding, no
 * stray bits. Two spellings of one signature would be two notes that say the same.
 */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at)
  return toBase64(bytes) === text ? bytes : undefined
}

/** Whether two byte strings are the same. Not for secrets: it stops at the first difference. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false
  for (let at = 0; at < left.length; at += 1) if (left[at] !== right[at]) return false
  return true
}

/** Base64url of RFC 4648 section 5, without padding: how WebAuthn and JSON Web Keys write bytes. */
export function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** The bytes of a base64url text; undefined unless it is the one canonical spelling of them, without padding. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined
  const padding = '='.repeat((4 - (text.length % 4)) % 4)
  return fromBase64(text.replaceAll('-', '+').replaceAll('_', '/') + padding)
}
