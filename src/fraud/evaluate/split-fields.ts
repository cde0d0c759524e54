/**
 * The fields of one CSV line (RFC 4180; a field never holds a line end here, since lines are read one by one). Undefined when a quote
 * is left open.
 */
export function splitFields(line: string): readonly string[] | undefined {
  if (!line.includes('"')) return line.split(',')
  const fields: string[] = []
  let at = 0
  for (;;) {
    const field = line[at] === '"' ? quotedAt(line, at) : plainAt(line, at)
    if (field === undefined) return undefined
    fields.push(field.text)
    if (field.end === line.length) return fields
    at = field.end + 1
  }
}

type Field = { readonly text: string; readonly end: number }

function plainAt(line: string, at: number): Field {
  const comma = line.indexOf(',', at)
  const end = comma < 0 ? line.length : comma
  return { text: line.slice(at, end), end }
}

function quotedAt(line: string, at: number): Field | undefined {
  let text = ''
  for (let from = at + 1; ;) {
    const quote = line.indexOf('"', from)
    if (quote < 0) return undefined
    text += line.slice(from, quote)
    const next = line[quote + 1]
    if (next === undefined || next === ',') return { text, end: quote + 1 }
    if (next !== '"') return undefined
    text += '"'
    from = quote + 2
  }
}
