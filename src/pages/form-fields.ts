import type { HttpServer } from '../platform/index.ts'

/** The fields of a form that a page of ours posted. */
export type FormFields = URLSearchParams

/** The largest form: a passkey's answer and some hundred accounts. */
const formBytesMax = 64 * 1024

/** Lets the routes of this scope take forms, as {@link FormFields}. */
export function takeForms(scope: HttpServer): void {
  const type = 'application/x-www-form-urlencoded'
  if (scope.hasContentTypeParser(type)) scope.removeContentTypeParser(type)
  scope.addContentTypeParser(type, { parseAs: 'string', bodyLimit: formBytesMax }, (_request, body, done) =>
    done(null, new URLSearchParams(body.toString())),
  )
}

/** The posted fields; none when something else was posted. */
export function fieldsOf(body: unknown): FormFields {
  return body instanceof URLSearchParams ? body : new URLSearchParams()
}
