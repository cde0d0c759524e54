import type { Socket } from 'node:net'

/** What Node's parser says of a connection that did not bring a request. */
const statuses: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

/** Answers bytes that are no HTTP request, as far as the connection still takes an answer, and hangs up. */
export function answerBrokenRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const status = statuses[error.code ?? ''] ?? '400 Bad Request'
  const code = status.startsWith('408') ? 'http/request-timeout' : 'http/invalid-request'
  const body = JSON.stringify({
    type: `https://parley.example/problems/${code}`,
    status: Number(status.slice(0, 3)),
    code,
  })
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/problem+json; charset=utf-8\r\ncache-control: no-store\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    // A client that goes on dripping would keep its half of the connection.
    () => socket.destroy(),
  )
}
