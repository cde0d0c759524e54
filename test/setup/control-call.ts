/** One call to a sandbox's control API; gives parsed JSON. Throws with method, path, status and the sandbox's reason. */
export async function controlCall(
  target: { readonly url: string; readonly secret: string },
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(`${target.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${target.secret}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} gave ${response.status}: ${text.slice(0, 300)}`)
  const value: unknown = text === '' ? undefined : JSON.parse(text)
  return value
}
