/** Where browsers' push services take messages. An address is the client's word, so it leads nowhere else. */
const services: readonly RegExp[] = [
  /^fcm\.googleapis\.com$/, // Chrome, Edge on Android, Opera, Samsung
  /^updates\.push\.services\.mozilla\.com$/, // Firefox
  /^web\.push\.apple\.com$/, // Safari
  /^[a-z0-9-]{1,63}\.notify\.windows\.com$/, // Edge on Windows: one name for each of its data centres
]

/** As long as real ones get, with room; what is longer is none. */
export const endpointCharactersMax = 1_000

/**
 * A browser's address at its push service, as it will be asked; undefined for whatever else: another host, scheme or port, with a login,
 * with a fragment, or not in the form that it would be sent in. `practice`: the origin of a push service on this machine (demo only).
 */
export function readEndpoint(text: string, practice?: string): string | undefined {
  if (text.length > endpointCharactersMax || !URL.canParse(text)) return undefined
  const url = new URL(text)
  // What is not written as it is read could be read otherwise elsewhere.
  if (url.href !== text || url.username !== '' || url.password !== '' || url.hash !== '') return undefined
  if (url.pathname === '/') return undefined
  if (practice !== undefined && url.origin === practice) return text
  const isKnown = services.some((name) => name.test(url.hostname))
  return isKnown && url.protocol === 'https:' && url.port === '' ? text : undefined
}
