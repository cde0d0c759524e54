import type { IncomingMessage, ServerResponse } from 'node:http'
import { parseJson } from './json-value.ts'

/** Largest request body. */
export const BODY_MAX_BYTES = 256 * 1024

/** Reads a request body; undefined when it is larger than allowed. */
export async function readBody(incoming: IncomingMessage, maxBytes = BODY_MAX_BYTES): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming) {
    const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    size += bytes.length
    if (size > maxBytes) return undefined
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

/** A body as JSON, or as form fields whose values may be JSON themselves (the platform takes both). */
export function parseBody(text: string, contentType: string): unknown {
  if (!contentType.startsWith('application/x-www-form-urlencoded')) return text === '' ? {} : parseJson(text)
  const fields = [...new URLSearchParams(text)]
  return Object.fromEntries(
    fields.map(([name, value]) => [name, /^[[{]/.test(value) ? (parseJson(value) ?? value) : value]),
  )
}

/** Answers with JSON. */
export function answerJson(
  outgoing: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = Buffer.from(JSON.stringify(value))
  outgoing.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
    'cache-control': 'no-store',
    ...headers,
  })
  outgoing.end(body)
}

/** Escapes text for HTML, also inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
