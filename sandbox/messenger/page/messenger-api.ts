import type { LiveEvent } from '../shown-message.ts'

/** A person in the list. */
export type Person = { readonly psid: string; readonly name: string; readonly last: string }

/** What a person can do in the page; see the page API of the messenger. */
export type Act =
  | { readonly act: 'say'; readonly text: string }
  | { readonly act: 'quick-reply'; readonly mid: string; readonly index: number }
  | { readonly act: 'button'; readonly mid: string; readonly card?: number; readonly index: number }
  | { readonly act: 'get-started' | 'read' }
  | { readonly act: 'ice-breaker' | 'menu'; readonly index: number }
  | { readonly act: 'refer'; readonly ref: string }
  | { readonly act: 'block'; readonly blocked: boolean }
  | { readonly act: 'remove-app'; readonly deleteData: boolean }

/** The people, in the order they were made. */
export async function listPeople(): Promise<readonly Person[]> {
  const answer: unknown = await (await fetch('/api/people')).json()
  const list: unknown = isObject(answer) ? answer['people'] : []
  return Array.isArray(list) ? list.filter(isPerson) : []
}

/** Makes a person and gives the id. Throws with the server's reason. */
export async function makePerson(name: string): Promise<string> {
  const answer = await post('/api/people', { name, locale: navigator.language.replace('-', '_').slice(0, 10) })
  return String(answer['psid'])
}

/** Does something as a person. Throws with the server's reason. */
export async function perform(psid: string, act: Act): Promise<void> {
  await post(`/api/people/${encodeURIComponent(psid)}/act`, act)
}

async function post(path: string, body: unknown): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer: unknown = await response.json()
  if (!isObject(answer)) throw new Error('The sandbox messenger gave no proper answer')
  const { reason } = answer
  if (!response.ok) throw new Error(typeof reason === 'string' ? reason : `Status ${response.status}`)
  return answer
}

/** Watches a thread until the returned function is called. `onLost` hears whether the connection is gone. */
export function watchThread(
  psid: string,
  onEvent: (event: LiveEvent) => void,
  onLost: (lost: boolean) => void,
): () => void {
  const source = new EventSource(`/api/people/${encodeURIComponent(psid)}/stream`)
  source.addEventListener('open', () => onLost(false))
  source.addEventListener('error', () => onLost(true))
  source.addEventListener('message', (message: MessageEvent<string>) => {
    const event: unknown = JSON.parse(message.data)
    if (isLiveEvent(event)) onEvent(event)
  })
  return () => source.close()
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isPerson(value: unknown): value is Person {
  return isObject(value) && ['psid', 'name', 'last'].every((key) => typeof value[key] === 'string')
}

/** Our own server wrote it, so the kind and the parts of the event are enough to know it by. */
function isLiveEvent(value: unknown): value is LiveEvent {
  if (!isObject(value)) return false
  switch (value['type']) {
    case 'snapshot':
      return isObject(value['thread']) && Array.isArray(value['messages'])
    case 'thread':
      return isObject(value['thread'])
    case 'message':
      return isObject(value['message'])
    case 'typing':
      return typeof value['on'] === 'boolean'
    default:
      return false
  }
}
