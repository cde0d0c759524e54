/** One turn of a written conversation. */
export type Line =
  | { readonly by: 'person'; readonly text: string }
  /** `buttons`: what can be tapped, in order; one that opens a page ends in an arrow. */
  | { readonly by: 'parley'; readonly text: string; readonly buttons: readonly string[] }
  /** What happens beside the chat. */
  | { readonly by: 'stage'; readonly text: string }

export type Level = 'sealed' | 'rounded' | 'full'

/** A conversation as it is written down; README.md beside the conversations says how to read one. */
export type Transcript = {
  /** Everything above the first line of the conversation, word for word. */
  readonly head: string
  readonly title: string
  readonly name: string
  /** How much the chat may show; undefined: no bank is linked yet. */
  readonly level: Level | undefined
  readonly language: string
  /** Which of the bank's customers it is, where that matters. */
  readonly bankCustomer: number | undefined
  readonly lines: readonly Line[]
}

const levels: { readonly [words: string]: Level | undefined } = {
  'linked, sealed': 'sealed',
  'linked, rounded': 'rounded',
  'linked, exact': 'full',
}
const button = /`[^`]+`(?:\s·\s`[^`]+`)*$/
const speaker = '**Parley:** '

/** Reads a conversation. Throws, naming the paragraph, where it is not written as the README says. */
export function readTranscript(text: string): Transcript {
  const blocks = text.trim().split(/\n{2,}/)
  const first = blocks.findIndex((block) => block.startsWith('> ') || block.startsWith('_('))
  const [title = '', who = ''] = blocks
  const [name = '', state = '', language = '', customer] = who.split(' · ')
  if (!title.startsWith('# ') || first < 2 || language === '') throw new Error(`no title or nobody in: ${title}`)
  if (state !== 'nothing linked' && levels[state] === undefined) throw new Error(`what is linked? "${state}"`)
  return {
    head: blocks.slice(0, first).join('\n\n'),
    title: title.slice(2),
    name,
    level: levels[state],
    language,
    bankCustomer: customer === undefined ? undefined : Number(/\d+$/.exec(customer)?.[0]),
    lines: readLines(blocks.slice(first)),
  }
}

function readLines(blocks: readonly string[]): readonly Line[] {
  const lines: Line[] = []
  for (const block of blocks) {
    const last = lines.at(-1)
    if (block.startsWith('> ')) lines.push({ by: 'person', text: unbreak(block.replaceAll(/^> ?/gm, '')) })
    else if (block.startsWith('_(')) lines.push({ by: 'stage', text: block.slice(2, -2) })
    else if (block.startsWith(speaker)) {
      lines.push({ by: 'parley', text: unbreak(block.slice(speaker.length)), buttons: [] })
    } else if (last?.by !== 'parley') throw new Error(`whose words are these? "${block}"`)
    else if (button.test(block) && block.startsWith('`')) {
      lines[lines.length - 1] = { ...last, buttons: block.split(' · ').map((title) => title.slice(1, -1)) }
    } else lines[lines.length - 1] = { ...last, text: `${last.text}\n\n${unbreak(block)}` }
  }
  return lines
}

/** Lines of one paragraph end in a backslash, so that they stay lines where Markdown is shown. */
function unbreak(text: string): string {
  return text.replaceAll('\\\n', '\n')
}

/** Writes a conversation down again, as {@link readTranscript} reads it. */
export function writeTranscript({ head, lines }: Pick<Transcript, 'head' | 'lines'>): string {
  return `${[head, ...lines.map(writeLine)].join('\n\n')}\n`
}

function writeLine(line: Line): string {
  if (line.by === 'stage') return `_(${line.text})_`
  if (line.by === 'person') return `> ${line.text.replaceAll('\n', '\\\n> ')}`
  const text = line.text.split('\n\n').map((part) => part.replaceAll('\n', '\\\n'))
  const buttons = line.buttons.length === 0 ? [] : [line.buttons.map((title) => `\`${title}\``).join(' · ')]
  return speaker + [...text, ...buttons].join('\n\n')
}
