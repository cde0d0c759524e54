import { refusal, success } from '../../kernel/index.ts'
import { parseExactJson } from '../exact-json.ts'
import type { BankApi } from '../fdx/bank-api.ts'

/** What a scripted bank answers to a path with its query: JSON text, that with a status, or undefined for what it does not have. */
export type Script = (path: string, query: URLSearchParams) => string | { text: string; partial: boolean } | undefined

/** A bank's API whose answers a test writes: everything between the wire and the mapping is left out. */
export function scriptedApi(script: Script): BankApi & { readonly asked: readonly string[] } {
  const asked: string[] = []
  function answer(path: string): ReturnType<BankApi['getOffered']> {
    asked.push(path)
    const { pathname, searchParams } = new URL(path, 'https://bank.example')
    const said = script(pathname, searchParams)
    if (said === undefined) return Promise.resolve(success(undefined))
    const { text, partial } = typeof said === 'string' ? { text: said, partial: false } : said
    try {
      return Promise.resolve(success({ body: parseExactJson(text), partial }))
    } catch (error) {
      if (error instanceof SyntaxError) return Promise.resolve(refusal('banks/unreadable'))
      throw error
    }
  }
  return {
    asked,
    getOffered: answer,
    async get(path) {
      const said = await answer(path)
      if (!said.ok) return said
      return said.value === undefined ? refusal('banks/unreadable') : success(said.value)
    },
    async act({ path }) {
      const said = await answer(path)
      if (!said.ok) return said
      return success(said.value ?? 'conflict')
    },
  }
}
