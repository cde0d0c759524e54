import type { FoundGrant, FoundLook, ReceiptBody, StoredItem } from '../../src/kernel/index.ts'
import type { Speech } from './speak.ts'

/** What an entry says, in plain words. */
export function describeLook({ say, name }: Speech, { says }: FoundLook): string {
  if (says === undefined) return say('look.unknown')
  const values = {
    bank: says.bank,
    class: name('class', says.class),
    purpose: name('purpose', says.purpose),
    channel: name('channel', says.channel),
    level: name('level', says.level ?? 'nothing'),
    event: says.event,
  }
  return say(['opened', 'disclosed', 'revoking'].includes(says.event) ? `look.${says.event}` : 'look.other', values)
}

/** What was agreed to, in plain words. */
export function describeGrant({ say, name, moment }: Speech, { terms, state }: FoundGrant): string {
  const purposes = Object.entries(terms.purposes).map(([purpose, classes]) =>
    say('grant.purpose', {
      purpose: name('purpose', purpose),
      classes: classes.map((one) => name('class', one)).join(', '),
    }),
  )
  return say('grant.line', {
    bank: terms.institution,
    channel: name('channel', terms.channel),
    level: name('level', terms.disclosure),
    until: moment(terms.expiresAt),
    purposes: purposes.join('; '),
    state: name('state', state),
  })
}

/** What a receipt is for. */
export function describeReceipt({ say, name, moment }: Speech, { at, kind }: ReceiptBody): string {
  return say('receipt.line', { at: moment(at), kind: name('kind', kind) })
}

/** What is stored, as the service says. */
export function describeStored({ say, moment }: Speech, { what, count, until }: StoredItem): string {
  return say(until === null ? 'stored.line' : 'stored.until', {
    what,
    count,
    until: until === null ? '' : moment(until),
  })
}
