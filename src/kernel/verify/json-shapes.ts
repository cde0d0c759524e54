import type { LookReceipt, SignedGrant, StoredItem } from '../export-bundle.ts'

/** A JSON object of which nothing is known yet. */
export type JsonRecord = { readonly [key: string]: unknown }

/** Whether a value is a JSON object. */
export function isJsonRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Fields are a few hundred characters, a proof or a signature a few thousand. */
const textMax = 65_536

/** The opening of an entry; undefined when it has not the form of one. */
export function parseLookReceipt(value: unknown): LookReceipt | undefined {
  if (!isJsonRecord(value) || value['v'] !== 1) return undefined
  const { fields, salt, proof, promise }: { [Name in keyof LookReceipt]?: unknown } = value
  if (!isText(fields) || !isText(salt) || !(proof === null || isText(proof))) return undefined
  if (promise !== undefined && promise !== null && !isText(promise)) return undefined
  return { v: 1, fields, salt, proof, ...(isText(promise) ? { promise } : {}) }
}

/** Terms with their signature; undefined when they have not the form. */
export function parseSignedGrant(value: unknown): SignedGrant | undefined {
  if (!isJsonRecord(value)) return undefined
  const grant: { [Name in keyof SignedGrant]?: unknown } = value
  const { document, credentialId, publicKey, authenticatorData, clientData, signature, rpId, origins, state } = grant
  if (!isText(document) || !isText(credentialId) || !isText(publicKey) || !isText(authenticatorData)) return undefined
  if (!isText(clientData) || !isText(signature) || !isText(rpId) || !isTexts(origins)) return undefined
  const bytes = { document, credentialId, publicKey, authenticatorData, clientData, signature }
  return { ...bytes, rpId, origins, state: isText(state) ? state : '' }
}

/** A line of what is stored; undefined when it has not the form. */
export function parseStoredItem(value: unknown): StoredItem | undefined {
  if (!isJsonRecord(value)) return undefined
  const { table, what, count, until }: { [Name in keyof StoredItem]?: unknown } = value
  if (!isText(table) || !isText(what) || typeof count !== 'number') return undefined
  return until === null || isText(until) ? { table, what, count, until } : undefined
}

/** A string that is not too long for what it can be. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= textMax
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= 100 && value.every(isText)
}
