import type { IncomingMessage, ServerResponse } from 'node:http'

/** Largest request body this bank reads: forms and small JSON only. */
export const BODY_BYTES_MAX = 64 * 1024

/** What a handler decides; sending it is one function's business. */
export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A body larger than the limit. */
export class BodyTooLarge extends Error {}

/** Reads a request body as UTF-8 text, within the limit. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    bytes += buffer.byteLength
    if (bytes > BODY_BYTES_MAX) throw new BodyTooLarge('request body too large')
    chunks.push(buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Sends a whole answer with its length. */
export function sendAnswer(response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.body, 'utf8')
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(body.byteLength) })
  response.end(body)
}

/** An answer with a JSON body that no cache keeps. */
export function jsonAnswer(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(value),
  }
}

/** The first value of a header. */
export function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}
