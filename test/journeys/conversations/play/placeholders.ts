import type { Line } from './transcript.ts'

type Said = Extract<Line, { by: 'parley' }>

const languages = ['en', 'es', 'fr', 'de', 'pt']

/** Month names, long and short, in every language, longest first. */
const months = languages
  .flatMap((language) =>
    (['long', 'short'] as const).flatMap((month) =>
      Array.from({ length: 12 }, (_, index) =>
        ['numeric', undefined].map((day) =>
          new Intl.DateTimeFormat(language, {
            month,
            ...(day === undefined ? {} : { day: 'numeric' }),
            timeZone: 'UTC',
          })
            .formatToParts(Date.UTC(2026, index, 12))
            .find(({ type }) => type === 'month'),
        ),
      ).flatMap((parts) => parts.map((part) => part?.value ?? '')),
    ),
  )
  .toSorted((a, b) => b.length - a.length)
const month = `(?:${[...new Set(months)].map((name) => name.replaceAll('.', '\\.')).join('|')})`
/** Before the month; behind it a dot ends the sentence. */
const number = String.raw`\d{1,2}(?:\.|º|er)?`
const year = String.raw`(?:,? (?:de |of )?\d{4})?`
const oneDay = `(?:${month} \\d{1,2}(?:, \\d{4})?|${number} (?:de )?${month}${year})`
/** "1–21 November 2026", "October 24 – November 22", "Friday 20 November". */
const span = `(?:${number}|${oneDay})\\s?[–-]\\s?(?:${oneDay}|\\d{1,2}, \\d{4})`

/** What differs from run to run, and the name that stands for it in a conversation. The first that fits wins. */
const placeholders: readonly { readonly name: string; readonly pattern: string }[] = [
  { name: '{days}', pattern: span },
  { name: '{month}', pattern: `\\b${month} (?:de )?\\d{4}` },
  { name: '{day}', pattern: `(?<![\\p{L}\\d])${oneDay}(?![\\p{L}])` },
  { name: '{time}', pattern: String.raw`\b\d{1,2}(?::| h )\d{2}(?:[\s\u202f]?[AP]M)?(?:[\s\u00a0]?(?:UTC|TU|GMT))?` },
  { name: '{case}', pattern: String.raw`\b\d{4}-\d{4}\b|\b\d{8}\b` },
  {
    name: '{minutes}',
    pattern: String.raw`\b\d{1,3}(?= (?:minutes?|Minuten?|minutos?)\b.*(?:person|persona|personne|Mensch|pessoa))`,
  },
]
const any = new RegExp(placeholders.map(({ pattern }) => `(${pattern})`).join('|'), 'gu')

/** What was said, with the names of placeholders in place of what differs from run to run. */
function nameWhatVaries(text: string): string {
  return text.replaceAll(any, (found, ...groups: unknown[]) => {
    const index = groups.findIndex((group) => typeof group === 'string')
    return placeholders[index]?.name ?? found
  })
}

/** Written by hand where a whole figure differs: `{amount}`, `{number}`, `{shop}`. */
const byHand: { readonly [name: string]: string } = {
  '{amount}': String.raw`[+-]?(?:[A-Z]{0,2}\$|€)?[\s\u00a0]?[\d.,\u202f\u00a0]*\d(?:[\s\u00a0](?:\$(?:US)?|US\$|€))?`,
  '{number}': String.raw`\d+`,
  '{shop}': String.raw`[^·\n]+?`,
}

/**
 * What was said as the conversation writes it: its own words where they fit, line by line, and else the new ones with the names of what
 * differs from run to run.
 */
export function writeSaid(written: Said | undefined, said: Said): Said {
  const text = nameWhatVaries(said.text)
  if (written === undefined) return { ...said, text }
  if (patternOf(written.text).test(text)) return { ...said, text: written.text }
  const known = written.text.split('\n').filter((line) => line !== '')
  const lines = text.split('\n').map((line) => known.find((one) => patternOf(one).test(line)) ?? line)
  return { ...said, text: lines.join('\n') }
}

function patternOf(written: string): RegExp {
  const parts = written.split(/(\{[a-z]+\})/)
  const patterns = parts.map((part) => byHand[part] ?? part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${patterns.join('')}$`, 'u')
}
