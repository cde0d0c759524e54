import { expect, test } from 'vitest'
import type { ServerMetadata } from 'openid-client'
import { dataClasses } from '../../kernel/index.ts'
import { authorizationDetails, fdxScopes, grantedClasses } from './fdx-consent-request.ts'

const takesDetails = { issuer: 'https://bank.example', authorization_details_types_supported: ['fdx_v1.0'] }

test('a class asks for its own clusters and for which accounts there are, nothing beside', () => {
  expect(clusters(['balance'], takesDetails)).toEqual(['ACCOUNT_BASIC', 'BALANCES'])
  expect(clusters(['transactions', 'card-bills'], takesDetails)).toEqual(['ACCOUNT_BASIC', 'TRANSACTIONS', 'BILLS'])
})

test('no class of data ever asks for contact data, social security numbers, tax papers or cheque images', () => {
  const all = clusters(dataClasses, takesDetails).join()
  expect(all).not.toMatch(/CUSTOMER|SOCIAL|TAX|IMAGES|ACCOUNT_DETAILED/)
})

test('a bank is asked for what its metadata offers; our own extension only where it is named', () => {
  expect(clusters(['card-status'], takesDetails)).toEqual(['ACCOUNT_BASIC'])
  const named = ['openid', 'fdx:accountbasic:read', 'fdx:cardcontrols:read']
  const server = { ...takesDetails, scopes_supported: named }
  expect(clusters(['account-list', 'card-status'], server)).toEqual(['ACCOUNT_BASIC', 'CARD_CONTROLS'])
})

test('scopes say the same where a bank does not take authorization details', () => {
  const server = { issuer: 'https://bank.example', scopes_supported: ['fdx:accountbasic:read', 'fdx:bills:read'] }
  expect(fdxScopes(['card-bills', 'transactions'], server)).toEqual(['fdx:accountbasic:read', 'fdx:bills:read'])
  expect(fdxScopes(['card-bills'], { ...server, ...takesDetails })).toEqual([])
})

test('what a bank granted is told in our own words; a bank that does not say it leaves it unknown', () => {
  const answer = (dataClusters: unknown) =>
    grantedClasses({
      access_token: 'a',
      token_type: 'dpop',
      authorization_details: [{ type: 'fdx_v1.0', consentRequest: { resources: [{ dataClusters }] } }],
    } as Parameters<typeof grantedClasses>[0])
  expect(answer(['ACCOUNT_BASIC', 'BILLS'])).toEqual(['account-list', 'card-bills'])
  expect(answer([])).toEqual([])
  expect(answer('BILLS')).toBeUndefined()
  expect(grantedClasses({ access_token: 'a', token_type: 'dpop' } as Parameters<typeof grantedClasses>[0])).toBeUndefined() // prettier-ignore
})

function clusters(classes: Parameters<typeof authorizationDetails>[0], server: ServerMetadata): readonly string[] {
  const text = authorizationDetails(classes, 90, server)
  return [...text.matchAll(/[A-Z]{3,}(?:_[A-Z]+)*/g)].map(([word]) => word).filter((word) => !['TIME_BOUND', 'ACCOUNT'].includes(word)) // prettier-ignore
}
