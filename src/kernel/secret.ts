const shown = '[secret]'

/**
 * A value that must not be printed: card numbers, amounts, names, message text, tokens, keys. Every
 * usual way of printing it gives `[secret]`; `reveal` is the one way to the value, easy to search for.
 */
export class Secret<Value> {
  readonly #value: Value

  constructor(value: Value) {
    this.#value = value
  }

  reveal(): Value {
    return this.#value
  }

  toString(): string {
    return shown
  }

  toJSON(): string {
    return shown
  }

  [Symbol.toPrimitive](): string {
    return shown
  }

  // What node's inspect calls; the symbol is spelled out because the kernel imports nothing.
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return shown
  }
}
