import { createHash } from 'node:crypto'
import type { QueryConfig, QueryResult } from 'pg'
import type { z } from 'zod'
import { platformFault } from '../fault.ts'
import type { SqlValue, Tx } from './database.ts'
import type { Blame } from './database-fault.ts'

/** Sends one statement somewhere: to a transaction's connection, or to any free one. */
export type Send = (query: QueryConfig) => Promise<QueryResult<Record<string, unknown>>>

/** The statements of one database: texts are named once, so that the server plans each once a connection. */
export type Statements = { on(send: Send): Omit<Tx, 'announce'> }

/** More different texts than this means that values are written into texts; those go unprepared. */
const namesMax = 1_000

/** Statements that are prepared by name (the hash of their text), or not at all. */
export function createStatements(prepare: boolean, blame: Blame): Statements {
  const names = new Map<string, string>()
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text)
    if (known !== undefined || !prepare || names.size >= namesMax) return known
    const name = `s${createHash('sha256').update(text).digest('hex').slice(0, 24)}`
    names.set(text, name)
    return name
  }
  return { on: (send) => bind(send, nameOf, blame) }
}

function bind(send: Send, nameOf: (text: string) => string | undefined, blame: Blame): Omit<Tx, 'announce'> {
  const ask = async (text: string, values: readonly SqlValue[]): Promise<QueryResult<Record<string, unknown>>> => {
    const name = nameOf(text)
    try {
      return await send({ text, values: [...values], ...(name === undefined ? {} : { name }) })
    } catch (error) {
      throw blame(error)
    }
  }
  const rows = async <Row>(shape: z.ZodType<Row>, text: string, values: readonly SqlValue[] = []): Promise<Row[]> =>
    (await ask(text, values)).rows.map((row) => parseRow(shape, row))
  return {
    rows,
    async one(shape, text, values) {
      const [row, second] = await rows(shape, text, values)
      if (row === undefined || second !== undefined) throw platformFault('platform/row-missing')
      return row
    },
    async maybe(shape, text, values) {
      const [row, second] = await rows(shape, text, values)
      if (second !== undefined) throw platformFault('platform/row-missing')
      return row
    },
    run: async (text, values = []) => (await ask(text, values)).rowCount ?? 0,
  }
}

function parseRow<Row>(shape: z.ZodType<Row>, row: unknown): Row {
  const parsed = shape.safeParse(row)
  if (!parsed.success) throw platformFault('platform/row-shape', parsed.error)
  return parsed.data
}
