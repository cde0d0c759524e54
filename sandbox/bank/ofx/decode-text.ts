/** How far into a file its header reaches at most. */
const HEADER_BYTES = 2_048

/**
 * The text of a statement file. Banks mislabel their files, so the bytes decide first: a byte order mark, then valid UTF-8;
 * what is neither is windows-1252, which also covers ISO 8859-1 and the CHARSET lines of OFX 1.x headers.
 */
export function decodeText(bytes: Uint8Array): string {
  const marked = byteOrderMark(bytes)
  if (marked !== undefined) return new TextDecoder(marked).decode(bytes)
  if (claimsUtf16(bytes)) return new TextDecoder('utf-16le').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

function byteOrderMark([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8'
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  return undefined
}

/** UTF-16 without a mark: every other byte of the header is zero. */
function claimsUtf16(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, HEADER_BYTES)
  return head.length > 8 && head.filter((byte, at) => at % 2 === 1 && byte === 0).length > head.length / 3
}
