import type { BankAttackName } from './bank-attacks.ts'
import type { Change } from './change.ts'

/** One defence of the bank's side less, and what must then happen: the attack succeeds, or the named next lock stops it. */
export type BankMutant = {
  readonly name: string
  readonly changes: readonly Change[]
  readonly attack: BankAttackName
  readonly expect: 'succeeds' | { readonly stoppedBy: string }
}

const noStateCheck: Change = {
  file: 'src/banks/fapi/check-callback.js',
  from: `if (query.get('state') !== expected.state)`,
  to: 'if (false)',
}
const noIssuerCheck: Change = {
  file: 'src/banks/fapi/check-callback.js',
  from: `if (query.get('iss') !== expected.issuer)`,
  to: 'if (false)',
}
const oneVerifier: Change = {
  file: 'src/banks/fapi/start-login.js',
  from: 'verifier: randomText(deps.random)',
  to: `verifier: 'v'.repeat(43)`,
}
const oneKey: Change = {
  file: 'src/banks/fapi/start-login.js',
  from: 'dpopKey: await makeDpopKey()',
  to: 'dpopKey: (globalThis.parleyOneKey ??= await makeDpopKey())',
}
const oneNonce: Change = {
  file: 'src/banks/fapi/start-login.js',
  from: 'nonce: request.nonce ?? randomText(deps.random)',
  to: `nonce: request.nonce ?? 'n'.repeat(43)`,
}
const anyMetadata: Change = {
  file: 'src/banks/fapi/bank-servers.js',
  from: 'return URL.canParse(address) && origins.includes(new URL(address).origin);',
  to: 'return URL.canParse(address);',
}
const anyOrigin: Change = {
  file: 'src/banks/egress/create-egress.js',
  from: `if (!origins.includes(url.origin) || url.username !== '' || url.password !== '')`,
  to: 'if (false)',
}
const noTokensBack: Change = {
  file: 'src/banks/fapi/give-tokens-back.js',
  override: 'giveTokensBack',
  to: `async () => 'revoked'`,
}
const noConsentEnd: Change = {
  file: 'src/banks/fdx/end-consent.js',
  override: 'endConsent',
  to: `async () => 'ended'`,
}

/** The defences against FAPI's attackers, and against whoever would speak as the bank. */
export const bankMutants: readonly BankMutant[] = [
  {
    name: 'a callback whose state nobody compares',
    changes: [noStateCheck],
    attack: 'send the attacker’s callback into the customer’s login',
    expect: { stoppedBy: 'the checks of the library' },
  },
  {
    name: 'a callback whose state not even the library compares',
    changes: [
      noStateCheck,
      {
        file: 'src/banks/fapi/finish-login.js',
        from: 'expectedState: carry.state',
        to: `expectedState: currentUrl.searchParams.get('state')`,
      },
    ],
    attack: 'send the attacker’s callback into the customer’s login',
    expect: { stoppedBy: 'the bank: challenge and key' },
  },
  {
    name: 'a callback whose issuer nobody compares',
    changes: [noIssuerCheck],
    attack: 'carry the honest bank’s code to the attacker’s bank',
    expect: { stoppedBy: 'the checks of the library' },
  },
  {
    name: 'a callback whose issuer not even the library sees',
    changes: [
      noIssuerCheck,
      {
        file: 'src/banks/fapi/finish-login.js',
        from: 'url.search = currentUrl.search;',
        to: `url.search = currentUrl.search; url.searchParams.set('iss', carry.issuer);`,
      },
    ],
    attack: 'carry the honest bank’s code to the attacker’s bank',
    expect: 'succeeds',
  },
  {
    name: 'one PKCE verifier for every login',
    changes: [oneVerifier],
    attack: 'put the customer’s code into the attacker’s own session',
    expect: { stoppedBy: 'the bank: challenge and key' },
  },
  {
    name: 'one PKCE verifier and one DPoP key for every login',
    changes: [oneVerifier, oneKey],
    attack: 'put the customer’s code into the attacker’s own session',
    expect: { stoppedBy: 'the checks of the library' },
  },
  {
    name: 'one PKCE verifier, one DPoP key and one nonce for every login',
    changes: [oneVerifier, oneKey, oneNonce],
    attack: 'put the customer’s code into the attacker’s own session',
    expect: 'succeeds',
  },
  {
    name: 'an authorization request that is not pushed',
    changes: [
      {
        file: 'src/banks/fapi/start-login.js',
        from: 'import { buildAuthorizationUrlWithPAR,',
        to: 'import { buildAuthorizationUrl,',
      },
      {
        file: 'src/banks/fapi/start-login.js',
        from: 'await buildAuthorizationUrlWithPAR(server, parameters, { DPoP })',
        to: 'buildAuthorizationUrl(server, parameters)',
      },
    ],
    attack: 'read the authorization request in the browser',
    expect: 'succeeds',
  },
  {
    name: 'a client that takes tokens of any type',
    changes: [{ file: 'src/banks/fapi/finish-login.js', from: `if (tokens.token_type !== 'dpop')`, to: 'if (false)' }],
    attack: 'give the client a token that anybody could use',
    expect: 'succeeds',
  },
  {
    name: 'ID tokens whose signature nobody checks',
    changes: [{ file: 'src/banks/fapi/bank-servers.js', from: 'enableNonRepudiationChecks(server);', to: ';' }],
    attack: 'say in an ID token that the customer is somebody else',
    expect: 'succeeds',
  },
  {
    name: 'renewed tokens that may stand for somebody else',
    changes: [
      {
        file: 'src/banks/fresh-token.js',
        from: 'if (isOfAnother(old.record, answer.consentId,',
        to: 'if (false && isOfAnother(old.record, answer.consentId,',
      },
    ],
    attack: 'put the attacker’s tokens into the customer’s answer',
    expect: 'succeeds',
  },
  {
    name: 'tokens that do not remember who issued them',
    changes: [
      { file: 'src/banks/fresh-token.js', from: 'if (record.issuer !== look.institution.issuer)', to: 'if (false)' },
    ],
    attack: 'show one bank’s tokens to another',
    expect: 'succeeds',
  },
  {
    name: 'metadata that may name any address',
    changes: [anyMetadata],
    attack: 'send the client elsewhere through the bank’s metadata',
    expect: { stoppedBy: 'the way out' },
  },
  {
    name: 'metadata that may name any address, and a way out to anywhere',
    changes: [anyMetadata, anyOrigin],
    attack: 'send the client elsewhere through the bank’s metadata',
    expect: 'succeeds',
  },
  {
    name: 'notices whose signature nobody checks',
    changes: [
      { file: 'src/banks/notices/verify-notice.js', from: 'if (!isOneOf(signature, expected))', to: 'if (false)' },
    ],
    attack: 'speak as the bank without its secret',
    expect: 'succeeds',
  },
  {
    name: 'notices that never grow old',
    changes: [
      {
        file: 'src/banks/notices/verify-notice.js',
        from: 'if (Math.abs(Number(timestamp) * 1000 - delivery.now) > toleranceMs)',
        to: 'if (false)',
      },
    ],
    attack: 'send an overheard notice of the bank an hour later',
    expect: 'succeeds',
  },
  {
    name: 'notices that nobody remembers',
    changes: [
      {
        file: 'src/banks/notices/take-notice.js',
        from: 'if (!(await bankNoticesStore.note(tx, { institution, id: notice.id, came })))',
        to: 'if (false)',
      },
    ],
    attack: 'repeat an old notice against a new link on the same consent',
    expect: 'succeeds',
  },
  {
    name: 'tokens that are thrown away without a word to the bank’s token endpoint',
    changes: [noTokensBack],
    attack: 'go on with tokens that were given back',
    expect: { stoppedBy: 'the bank' },
  },
  {
    name: 'tokens that are thrown away without any word to the bank',
    changes: [noTokensBack, noConsentEnd],
    attack: 'go on with tokens that were given back',
    expect: 'succeeds',
  },
]
