import type { HttpAnswer, HttpRequest } from './http-message.ts'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const
/** Statuses that may not have a body (fetch standard, "null body status"). */
const bodiless = new Set([101, 103, 204, 205, 304])

/** A `fetch` on top of our own client, for libraries that take one. Redirects are answers, whatever `redirect` says. */
export function asFetch(send: (request: HttpRequest) => Promise<HttpAnswer>): typeof fetch {
  return async (input, init) => {
    const wanted = new Request(input, init)
    const method = methods.find((name) => name === wanted.method)
    if (method === undefined) throw new TypeError('method not supported')
    const body = method === 'GET' || method === 'HEAD' ? undefined : Buffer.from(await wanted.arrayBuffer())
    const answer = await send({
      method,
      url: wanted.url,
      headers: Object.fromEntries(wanted.headers),
      signal: wanted.signal,
      ...(body === undefined || body.length === 0 ? {} : { body }),
    })
    const content = bodiless.has(answer.status) ? null : new Uint8Array(answer.body)
    const response = new Response(content, { status: answer.status, headers: answer.headers })
    Object.defineProperty(response, 'url', { value: wanted.url })
    return response
  }
}
