import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newLogKey } from '../audit/test-support/log-world.ts'
import { verifyEd25519 } from '../audit/ed25519.ts'
import { composeNote } from './note.ts'
import { formatReceiptText, openReceipt, parseReceiptText } from './receipt.ts'
import type { ReceiptBody } from './receipt.ts'

const body: ReceiptBody = {
  at: '2026-11-22T10:51:00Z',
  checkpoint: { hash: Buffer.alloc(32).toString('base64'), size: 12_345 },
  id: '0b7e5a52-6f6e-4d7e-9f0a-1c2d3e4f5a6b',
  kind: 'revocation',
  destroyed: [{ what: 'key', count: 1 }],
}
const key = newLogKey('bank.example/log/receipt')
const noteOf = (text: string): string =>
  Buffer.from(composeNote({ text, signatures: [key.sign(text)] })).toString('utf8')

test('a receipt is two lines, and comes back as it was written', () => {
  const text = formatReceiptText(body)
  expect(text).toBe(
    `parley-receipt/v1\n{"at":"2026-11-22T10:51:00Z","checkpoint":{"hash":"${Buffer.alloc(32).toString('base64')}","size":12345},"destroyed":[{"count":1,"what":"key"}],"id":"0b7e5a52-6f6e-4d7e-9f0a-1c2d3e4f5a6b","kind":"revocation"}\n`,
  )
  expect(parseReceiptText(text)).toEqual(body)
  expect(openReceipt(noteOf(text), key.noteKey, verifyEd25519)).toEqual({ ok: true, value: body })
})

test('only the one spelling of a well-formed receipt is one', () => {
  const text = formatReceiptText(body)
  for (const wrong of [
    text.slice(0, -1),
    `${text}\n`,
    text.replace('v1', 'v2'),
    text.replace('"at"', ' "at"'),
    text.replace('{"at"', '{"at":"2026-11-22T10:51:00Z","at"'),
    text.replace('10:51:00Z', '10:51Z'),
    text.replace('12345', '-1'),
    text.replace('12345', '1.5'),
    text.replace('"size":12345', '"size":12345,"x":1'),
    text.replace('"kind":"revocation"', '"kind":"Revocation"'),
    text.replace('"kind":"revocation"', '"kind":"revocation","more":"\\ud800"'),
    'parley-receipt/v1\nnull\n',
  ]) {
    expect(parseReceiptText(wrong), wrong).toBeUndefined()
  }
})

test('a receipt by another key, or with another character, does not open', () => {
  const note = noteOf(formatReceiptText(body))
  expect(openReceipt(note, newLogKey('bank.example/log/receipt').noteKey, verifyEd25519)).toEqual({ ok: false, code: 'receipt-signature' }) // prettier-ignore
  fc.assert(
    fc.property(fc.nat(note.length - 1), fc.integer({ min: 0x20, max: 0x7e }), (at, code) => {
      const changed = note.slice(0, at) + String.fromCharCode(code) + note.slice(at + 1)
      fc.pre(changed !== note)
      expect(openReceipt(changed, key.noteKey, verifyEd25519).ok).toBe(false)
    }),
  )
})

test('what could not be read back is not written', () => {
  expect(() => formatReceiptText({ ...body, id: 'no id' })).toThrow(RangeError)
  expect(() => formatReceiptText({ ...body, amount: 1.5 })).toThrow(RangeError)
})
