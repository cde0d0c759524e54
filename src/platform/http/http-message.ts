/** A request as our client sends it. */
export type HttpRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
}

/** An answer, read to its end. */
export type HttpAnswer = {
  readonly status: number
  readonly headers: Headers
  readonly body: Buffer
}
