import type { FastifyReply } from 'fastify'

/** Sends something to keep. The server's own headers say that nothing stores it or takes it for another type. */
export function sendFile(
  reply: FastifyReply,
  file: { readonly name: string; readonly type: string; readonly text: string },
): FastifyReply {
  return reply.headers(fileHeaders(file)).send(file.text)
}

/** The headers of a download; the name is ours and holds nothing personal. */
export function fileHeaders(file: { readonly name: string; readonly type: string }): Record<string, string> {
  return {
    'content-type': `${file.type}; charset=utf-8`,
    'content-disposition': `attachment; filename="${file.name}"`,
  }
}
