import { createHmac } from 'node:crypto'

/** The headers of a webhook POST: both signatures are over exactly these bytes, keyed with the app secret. */
export function signedHeaders(body: Buffer, appSecret: string): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    'content-length': String(body.length),
    'user-agent': 'facebookexternalua',
    accept: '*/*',
    'x-hub-signature': `sha1=${createHmac('sha1', appSecret).update(body).digest('hex')}`,
    'x-hub-signature-256': `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`,
  }
}
