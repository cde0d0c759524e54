/** A JSON number as it was written: `1842.10` stays `1842.10` and never becomes a floating-point number. */
export class ExactNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type ExactObject = ReadonlyMap<string, ExactJson>
export type ExactJson = null | boolean | string | ExactNumber | readonly ExactJson[] | ExactObject

/** Whether a value is an object, and not a list, a text or a number. */
export function isExactObject(value: ExactJson | undefined): value is ExactObject {
  return value instanceof Map
}

/** Whether a value is a list. */
export function isExactList(value: ExactJson | undefined): value is readonly ExactJson[] {
  return Array.isArray(value)
}

/** Nothing that a bank sends is nested deeper. */
const depthMax = 32

/**
 * Reads JSON (RFC 8259) without touching its numbers. Throws a SyntaxError, which never quotes the text, for anything
 * else, for an object that names a member twice (two readers could disagree about it) and for too deep a nesting.
 */
export function parseExactJson(text: string): ExactJson {
  const reader = new Reader(text)
  const value = reader.value(0)
  reader.end()
  return value
}

const numberShape = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const blankShape = /[ \t\n\r]*/y
// A run of plain characters: anything but the quote, the backslash and control characters.
// oxlint-disable-next-line no-control-regex -- RFC 8259 names exactly these
const plainShape = /[^"\\\u0000-\u001f]*/y
const escapeShape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  value(depth: number): ExactJson {
    if (depth > depthMax) throw new SyntaxError('JSON is nested too deeply')
    this.#take(blankShape)
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth)
      case '[':
        return this.#array(depth)
      case '"':
        return this.#string()
      case 't':
        return this.#word('true', true)
      case 'f':
        return this.#word('false', false)
      case 'n':
        return this.#word('null', null)
      default:
        return this.#number()
    }
  }

  end(): void {
    this.#take(blankShape)
    if (this.#at !== this.#text.length) throw new SyntaxError('JSON is followed by something else')
  }

  #object(depth: number): ExactObject {
    const members = new Map<string, ExactJson>()
    this.#at += 1
    if (this.#closes('}')) return members
    do {
      this.#take(blankShape)
      if (this.#text[this.#at] !== '"') throw new SyntaxError('a JSON member has no name')
      const name = this.#string()
      if (members.has(name)) throw new SyntaxError('a JSON member is named twice')
      this.#expect(':')
      members.set(name, this.value(depth + 1))
    } while (this.#continues('}'))
    return members
  }

  #array(depth: number): readonly ExactJson[] {
    const items: ExactJson[] = []
    this.#at += 1
    if (this.#closes(']')) return items
    do items.push(this.value(depth + 1))
    while (this.#continues(']'))
    return items
  }

  #string(): string {
    const start = this.#at
    this.#at += 1
    const plain = this.#take(plainShape)
    if (this.#text[this.#at] === '"') {
      this.#at += 1
      return plain
    }
    while (this.#take(escapeShape) !== '') this.#take(plainShape)
    if (this.#text[this.#at] !== '"') throw new SyntaxError('a JSON string is not closed')
    this.#at += 1
    const decoded: unknown = JSON.parse(this.#text.slice(start, this.#at))
    return typeof decoded === 'string' ? decoded : ''
  }

  #number(): ExactNumber {
    const text = this.#take(numberShape)
    if (text === '') throw new SyntaxError('JSON has no value where one is due')
    return new ExactNumber(text)
  }

  #word<Value>(word: string, value: Value): Value {
    if (!this.#text.startsWith(word, this.#at)) throw new SyntaxError('JSON has an unknown word')
    this.#at += word.length
    return value
  }

  #closes(bracket: string): boolean {
    this.#take(blankShape)
    if (this.#text[this.#at] !== bracket) return false
    this.#at += 1
    return true
  }

  #continues(bracket: string): boolean {
    if (this.#closes(bracket)) return false
    this.#expect(',')
    return true
  }

  #expect(character: string): void {
    this.#take(blankShape)
    if (this.#text[this.#at] !== character) throw new SyntaxError('JSON lacks a separator')
    this.#at += 1
  }

  // Takes what the (sticky) shape matches here; a shape that may match nothing always matches.
  #take(shape: RegExp): string {
    shape.lastIndex = this.#at
    const taken = shape.exec(this.#text)?.[0] ?? ''
    this.#at += taken.length
    return taken
  }
}
