import { OfxFinding } from './ofx-error.ts'

/** No statement nests deeper; anything that does is hostile. */
const DEPTH_MAX = 64
const NODES_MAX = 2_000_000

/** One element: a leaf with text, or an aggregate with children. */
export type OfxNode = { readonly name: string; text: string; readonly children: OfxNode[] }

/** A tag, or text between tags. */
type Token = { readonly kind: 'open' | 'close' | 'empty' | 'text'; readonly value: string }

/**
 * Reads the body of an OFX file, XML or SGML. In SGML the closing tag of a leaf may be missing; a leaf is an element with
 * text. An element that turns out never to have been closed was an empty leaf: what seemed to be inside it moves up.
 */
export function parseTree(text: string): OfxNode {
  const start = text.search(/<OFX[\s>]/i)
  if (start === -1) throw new OfxFinding('not-ofx', 'there is no <OFX> element')
  const root: OfxNode = { name: '', text: '', children: [] }
  const stack: OfxNode[] = [root]
  let closedLeaf = ''
  let nodes = 0

  const top = (): OfxNode => stack.at(-1) ?? root

  function open(name: string): OfxNode {
    const twin = stack.findLastIndex((node) => node.name === name)
    if (twin > 0) closeTo(twin)
    nodes += 1
    if (stack.length > DEPTH_MAX || nodes > NODES_MAX)
      throw new OfxFinding('broken-structure', 'nested too deeply or too many elements')
    const node: OfxNode = { name, text: '', children: [] }
    top().children.push(node)
    return node
  }

  /** Closes the element at a depth; unclosed ones above it were empty leaves. */
  function closeTo(depth: number): void {
    while (stack.length > depth + 1) {
      const unclosed = stack.pop()
      if (unclosed !== undefined) top().children.push(...unclosed.children.splice(0))
    }
    stack.pop()
  }

  for (const token of tokens(text, start)) {
    if (token.kind === 'text') {
      const value = unescape(token.value).trim()
      if (value === '' || stack.length === 1) continue
      if (top().children.length > 0) continue
      top().text = value
      closedLeaf = top().name
      stack.pop()
      continue
    }
    if (token.kind === 'close') {
      const depth = stack.findLastIndex((node) => node.name === token.value)
      if (closedLeaf !== token.value && depth > 0) closeTo(depth)
    } else {
      const node = open(token.value)
      if (token.kind === 'open') stack.push(node)
    }
    closedLeaf = ''
  }
  if (stack.length > 1) throw new OfxFinding('broken-structure', 'the file ends before </OFX>')
  return root
}

/** Cuts the text at its tags; comments and processing instructions vanish, CDATA becomes text. */
function* tokens(text: string, start: number): Generator<Token> {
  const tag = /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<(\/?)([A-Za-z][\w.:-]*)([^<>]*)>/g
  tag.lastIndex = start
  let at = start
  for (let match = tag.exec(text); match !== null; match = tag.exec(text)) {
    if (match.index > at) yield { kind: 'text', value: text.slice(at, match.index) }
    at = tag.lastIndex
    const [, cdata, slash, name, rest = ''] = match
    if (cdata !== undefined) yield { kind: 'text', value: cdata }
    if (name === undefined) continue
    yield { kind: slash === '/' ? 'close' : rest.trimEnd().endsWith('/') ? 'empty' : 'open', value: name.toUpperCase() }
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

/** The entities OFX names, and numeric ones; anything else stays as it is (no DTD, no expansion). */
function unescape(text: string): string {
  return text.replaceAll(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,5});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? whole
    const point = name[1]?.toLowerCase() === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
    return point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff) ? String.fromCodePoint(point) : whole
  })
}

/** The text of a direct child leaf, if it has any. */
export function textOf(node: OfxNode | undefined, name: string): string | undefined {
  const text = node?.children.find((child) => child.name === name)?.text
  return text === undefined || text === '' ? undefined : text
}

/** The first direct child of the name. */
export function childOf(node: OfxNode | undefined, name: string): OfxNode | undefined {
  return node?.children.find((child) => child.name === name)
}

/** All elements of the names, at any depth, in the order of the file. */
export function findAll(node: OfxNode, ...names: readonly string[]): readonly OfxNode[] {
  return node.children.flatMap((child) => (names.includes(child.name) ? [child] : findAll(child, ...names)))
}
