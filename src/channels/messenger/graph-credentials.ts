import { createHmac } from 'node:crypto'
import type { Secret } from '../../kernel/index.ts'

/** What the Graph API wants beside the token: proof that the caller also knows the app's secret. */
export function appsecretProof(appSecret: Secret<string>, pageAccessToken: Secret<string>): string {
  return createHmac('sha256', appSecret.reveal()).update(pageAccessToken.reveal()).digest('hex')
}
