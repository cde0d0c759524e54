import { request as httpRequest } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import type { SoftPasskey } from '../setup/soft-passkey.ts'

export type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string }

/** One request with exactly these headers: what a browser would add, an attacker may leave out or forge. */
export function send(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      url,
      { method, headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) }, family: 4, agent: false },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        )
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

/** What a browser says of a form that our own page sends. */
export const ownForm = {
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
  origin: 'null',
  'content-type': 'application/x-www-form-urlencoded',
} as const

/** What a browser says of our page's script. */
export const ownScript = {
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'cors',
  'sec-fetch-dest': 'empty',
} as const

/** The authenticator's answer for an answer link, ready to be sent. */
export async function signFor(url: string, passkey: SoftPasskey): Promise<string> {
  const { text } = await send('POST', `${url}/challenge`, ownScript)
  const options: PublicKeyCredentialRequestOptionsJSON = JSON.parse(text)
  return JSON.stringify(passkey.assert(Buffer.from(options.challenge, 'base64url')))
}

/** Opens an answer as the page does. */
export async function openAnswer(url: string, passkey: SoftPasskey): Promise<Answer> {
  return sendAnswer(url, await signFor(url, passkey))
}

/** Sends an authenticator's answer. */
export function sendAnswer(
  url: string,
  response: string,
  headers: Readonly<Record<string, string>> = ownForm,
): Promise<Answer> {
  return send('POST', `${url}/open`, headers, new URLSearchParams({ response, timeZone: 'Europe/Berlin' }).toString())
}

/** The value of a cookie that an answer sets. */
export function cookieOf(answer: Answer, name: string): string | undefined {
  const line = answer.headers['set-cookie']?.find((each) => each.startsWith(`${name}=`))
  return line?.slice(name.length + 1).split(';')[0]
}

/** A body without what must differ each time. */
export function withoutNonce(text: string): string {
  return text.replace(/nonce="[^"]+"/g, 'nonce=""')
}
