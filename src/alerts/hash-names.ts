import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../kernel/index.ts'
import { isFraudAlertId } from './fraud-alert.ts'
import type { FraudAlertId } from './fraud-alert.ts'
import type { SeenUse } from './seen-use.ts'

type HashKey = Secret<Uint8Array>

function mac(key: HashKey, text: string): Buffer {
  return createHmac('sha256', key.reveal()).update(text, 'utf8').digest()
}

/** What stands for a card in alerts: the same for the same customer's same account, and no guess can be checked without the key. */
function hashCard(key: HashKey, { customer, institution, accountId }: SeenUse): Buffer {
  return mac(key, `parley/alerts/card/v1|${customer}|${institution}|${accountId}`)
}

/** What stands for a merchant: the terminal where the bank names one. It says nothing about any customer. */
function hashMerchant(key: HashKey, { institution, merchant }: SeenUse): Buffer {
  return mac(key, `parley/alerts/merchant/v1|${institution}|${merchant.terminal ?? merchant.id}`)
}

const tokenShape = /^[A-Za-z0-9_-]{64}$/

/** The token of an alert's page: its id, and 256 bits that follow from it and the gateway's secret, so that nothing of it is stored. */
function makeToken(key: HashKey, id: FraudAlertId): string {
  return Buffer.concat([Buffer.from(id.replaceAll('-', ''), 'hex'), mac(key, `parley/alerts/page/v1|${id}`)]).toString(
    'base64url',
  )
}

/** The alert whose page a token opens; undefined for a token that we did not make. Compared in constant time. */
function readToken(key: HashKey, token: string): FraudAlertId | undefined {
  if (!tokenShape.test(token)) return undefined
  const bytes = Buffer.from(token, 'base64url')
  const hex = bytes.subarray(0, 16).toString('hex')
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  if (!isFraudAlertId(id)) return undefined
  return timingSafeEqual(bytes.subarray(16), mac(key, `parley/alerts/page/v1|${id}`)) ? id : undefined
}

/** What pushes about one alert have in common, for push services: they learn that two are of one matter, and of no other. 32 characters. */
function nameTopic(key: HashKey, id: FraudAlertId): string {
  return mac(key, `parley/alerts/push-topic/v1|${id}`).subarray(0, 24).toString('base64url')
}

/** Keyed hashes and tokens, all under the gateway's secret, each for its own use. */
export const hashNames = {
  card: hashCard,
  merchant: hashMerchant,
  token: makeToken,
  readToken,
  topic: nameTopic,
} as const
