import { type Finding, type TreeHead, type Verdict, sayFinding, sayVerdict } from '../../src/kernel/index.ts'
import { describeGrant, describeLook, describeReceipt, describeStored } from './describe.ts'
import { element } from './element.ts'
import type { Speech } from './speak.ts'

const looks = { holds: 'ok', broken: 'danger', unjudged: 'warn' } as const

/** The verdict as it stands on the page: one sentence first, then what it rests on. */
export function showVerdict(speech: Speech, verdict: Verdict): DocumentFragment {
  const shown = document.createDocumentFragment()
  const { say } = speech
  shown.append(
    element(
      'div',
      { class: `note verdict ${looks[verdict.kind]}` },
      element('h2', { class: 'first' }, say(`verify.${verdict.kind}`)),
      element('p', {}, sayVerdict(say, verdict)),
    ),
  )
  const findings = verdict.kind === 'unjudged' ? [] : verdict.findings
  // Of what holds beside something broken, the sentences; of what holds alone, everything there is to see.
  for (const finding of findings) {
    shown.append(verdict.kind === 'broken' ? element('p', {}, sayFinding(say, finding)) : showFinding(speech, finding))
  }
  return shown
}

function showFinding(speech: Speech, finding: Finding): HTMLElement {
  const card = element('section', { class: 'card' }, element('h2', { class: 'first' }, finding.name))
  card.append(showFacts(speech, finding))
  switch (finding.kind) {
    case 'looks':
      card.append(...showLooks(speech, finding))
      break
    case 'grants':
      card.append(...showList(speech, 'grants', finding.grants.map((one) => describeGrant(speech, one)), finding.count)) // prettier-ignore
      break
    case 'receipts':
      card.append(...showReceipts(speech, finding))
      break
    case 'export':
      card.append(...showExport(speech, finding))
      break
    case 'log':
    case 'checkpoint':
      break
  }
  return card
}

function showFacts(speech: Speech, finding: Finding): HTMLElement {
  const facts = element('dl', { class: 'facts' })
  const add = (key: string, value: string, isCode = false): void => {
    facts.append(element('dt', {}, speech.say(`fact.${key}`)))
    facts.append(element('dd', {}, isCode ? element('span', { class: 'reference' }, value) : value))
  }
  if (finding.kind !== 'grants') add('origin', originOf(finding))
  const head = 'head' in finding ? finding.head : undefined
  if (head !== undefined) {
    add('size', speech.number(head.size))
    add('root', head.root, true)
  }
  const index = finding.kind === 'looks' && finding.count === 1 ? finding.looks[0]?.index : undefined
  if (index !== undefined) add('index', speech.number(index))
  if ('signedBy' in finding) add('signedBy', finding.signedBy.join(', '))
  if (finding.kind === 'export') add('exportedAt', speech.moment(finding.exportedAt))
  if (finding.kind !== 'grants') add('key', speech.say(`key.${finding.keyFrom}`))
  return facts
}

function originOf(finding: Exclude<Finding, { readonly kind: 'grants' }>): string {
  return 'origin' in finding ? finding.origin : originOfHead(finding.head)
}

function originOfHead({ origin }: TreeHead): string {
  return origin
}

function showExport(speech: Speech, finding: Finding & { readonly kind: 'export' }): readonly HTMLElement[] {
  const { grants, stored, count } = finding
  return [
    ...showLooks(speech, { looks: finding.looks, count: count.looks }),
    ...showList(speech, 'grants', grants.map((one) => describeGrant(speech, one)), count.grants), // prettier-ignore
    ...showReceipts(speech, { receipts: finding.receipts, count: count.receipts }),
    ...showList(speech, 'stored', stored.map((one) => describeStored(speech, one)), stored.length), // prettier-ignore
    ...(stored.length === 0 ? [] : [element('p', { class: 'muted' }, speech.say('stored.note'))]),
  ]
}

function showLooks(
  speech: Speech,
  { looks: found, count }: Pick<Finding & { readonly kind: 'looks' }, 'looks' | 'count'>,
): readonly HTMLElement[] {
  const items = found.map((look) => {
    const when = look.says === undefined ? '' : `${speech.moment(look.says.minute)}: `
    const place =
      look.index === undefined ? speech.say('look.promised') : speech.say('look.place', { index: Number(look.index) })
    return element('li', {}, when + describeLook(speech, look), ' ', element('span', { class: 'digits' }, place))
  })
  return listOf(speech, 'looks', items, count)
}

function showReceipts(
  speech: Speech,
  { receipts, count }: Pick<Finding & { readonly kind: 'receipts' }, 'receipts' | 'count'>,
): readonly HTMLElement[] {
  return showList(speech, 'receipts', receipts.map((one) => describeReceipt(speech, one)), count) // prettier-ignore
}

function showList(speech: Speech, title: string, lines: readonly string[], count: number): readonly HTMLElement[] {
  return listOf(
    speech,
    title,
    lines.map((line) => element('li', {}, line)),
    count,
  )
}

function listOf(
  { say }: Speech,
  title: string,
  items: readonly HTMLLIElement[],
  count: number,
): readonly HTMLElement[] {
  if (items.length === 0) return []
  const rest = count - items.length
  return [
    element('h3', {}, say(`${title}.title`)),
    element('ul', { class: 'plain lines' }, ...items),
    ...(rest > 0 ? [element('p', { class: 'muted' }, say('list.more', { count: rest }))] : []),
  ]
}
