import { type CanonicalValue, canonicalJson } from '../canonical.ts'

/** What an entry of the read log says, as far as these words are known. */
export type LookFields = {
  readonly id: string
  /** `YYYY-MM-DDTHH:MMZ`. */
  readonly minute: string
  /** `opened`, `disclosed`, or another word of the gateway's. */
  readonly event: string
  readonly bank: string
  readonly channel: string
  readonly class: string
  readonly customer: string
  readonly grant: string
  readonly login: string
  readonly purpose: string
  /** Of a disclosure: how much went out, and where. */
  readonly level?: string
  readonly place?: string
}

const needed = ['id', 'minute', 'event', 'bank', 'channel', 'class', 'customer', 'grant', 'login', 'purpose'] as const

/**
 * Reads an entry's fields; undefined when they are not in the one canonical form of an entry of ours. The commitment holds over
 * any text: this only decides whether the text can be put into words.
 */
export function parseLookFields(text: string): LookFields | undefined {
  const value = parseJson(text)
  if (!isStrings(value) || canonicalOf(value) !== text || value['v'] !== 1) return undefined
  const word = (name: string): string => {
    const said = value[name]
    return typeof said === 'string' ? said : ''
  }
  if (needed.some((name) => typeof value[name] !== 'string') || !isMinute(word('minute'))) return undefined
  const [level, place] = [value['level'], value['place']]
  return {
    id: word('id'),
    minute: word('minute'),
    event: word('event'),
    bank: word('bank'),
    channel: word('channel'),
    class: word('class'),
    customer: word('customer'),
    grant: word('grant'),
    login: word('login'),
    purpose: word('purpose'),
    ...(typeof level === 'string' ? { level } : {}),
    ...(typeof place === 'string' ? { place } : {}),
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not JSON: an entry of another log, perhaps
  }
}

type Strings = { readonly [name: string]: CanonicalValue }

// A lone surrogate has no canonical form.
function canonicalOf(value: Strings): string | undefined {
  try {
    return canonicalJson(value)
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined
    throw thrown
  }
}

// Entries of ours hold strings and the version.
function isStrings(value: unknown): value is Strings {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((one) => one === 1 || typeof one === 'string')
  )
}

function isMinute(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/.test(text)
}
