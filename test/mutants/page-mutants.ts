import type { Change } from './change.ts'
import type { FrontAttackName } from './page-attacks.ts'

/** One defence of the pages or of the webhook less, and what must then happen to an attack. */
export type FrontMutant = {
  readonly name: string
  readonly changes: readonly Change[]
  readonly attack: FrontAttackName
  readonly expect: 'succeeds' | { readonly stoppedBy: string }
}

/** The defences of what faces people and the messenger. */
export const frontMutants: readonly FrontMutant[] = [
  {
    name: 'a page that uses its link up when it is fetched',
    changes: [
      {
        file: 'src/answers/answer-pages.js',
        from: `scope.get('/a/:token', page, (request, reply) => showLocked(tools, request, reply));`,
        to: `scope.get('/a/:token', page, async (request, reply) => {
            const { createHash } = await import('node:crypto');
            const hash = createHash('sha256').update(request.params.token).digest();
            await deps.answer.database.run('UPDATE answers.link SET used_at = clock_timestamp() WHERE token_hash = $1', [hash]);
            return showLocked(tools, request, reply);
        });`,
      },
    ],
    attack: 'burn a link by a preview',
    expect: 'succeeds',
  },
  {
    name: 'figures that any script of the page may fetch',
    changes: [{ file: 'src/pages/request-guards.js', override: 'isNavigation', to: '() => true' }],
    attack: 'fetch the figures with the passkey’s own answer',
    expect: 'succeeds',
  },
  {
    name: 'pages that do not know a messenger’s own browser',
    changes: [{ file: 'src/pages/request-guards.js', override: 'isInAppBrowser', to: '() => false' }],
    attack: 'open an answer in the messenger’s own browser',
    expect: 'succeeds',
  },
  {
    name: 'an answer that opens for whoever has a passkey',
    changes: [
      {
        file: 'src/answers/open-route.js',
        from: 'if (assertion.value.customer !== link.customer)',
        to: 'if (false)',
      },
    ],
    attack: 'open somebody’s answer with one’s own passkey',
    expect: 'succeeds',
  },
  {
    name: 'a link that takes any code for the page’s own',
    changes: [
      {
        sql: `DO $do$
          DECLARE
            before text := pg_get_functiondef('linking.confirm(uuid,uuid,bytea)'::regprocedure);
            after text := replace(before, 'IF waiting.code_hash = p_code_hash AND', 'IF');
          BEGIN
            IF after = before THEN RAISE EXCEPTION 'no such part'; END IF;
            EXECUTE after;
          END $do$`,
      },
    ],
    attack: 'link a victim’s bank to the attacker’s conversation',
    expect: 'succeeds',
  },
  {
    name: 'a page after which terms hold without the code in the chat',
    changes: [{ file: 'src/linking/summary-pages.js', from: 'unconfirmed: !isChange', to: 'unconfirmed: false' }],
    attack: 'link a victim’s bank to the attacker’s conversation',
    expect: 'succeeds',
  },
  {
    name: 'tokens of eight bits',
    changes: [
      {
        file: 'src/linking/offer-link.js',
        from: 'Buffer.from(deps.random.bytes(32))',
        to: 'Buffer.concat([Buffer.alloc(31), deps.random.bytes(1)])',
      },
    ],
    attack: 'guess a token',
    expect: 'succeeds',
  },
  {
    name: 'tokens that are stored as they are',
    changes: [
      {
        file: 'src/linking/offer-link.js',
        override: 'hashLinkToken',
        to: `(token) => Buffer.from(token, 'base64url')`,
      },
    ],
    attack: 'open a link with what a copy of the database holds',
    expect: 'succeeds',
  },
  {
    name: 'a link whose use asks for no condition',
    changes: [
      {
        file: 'src/answers/answer-links-store.js',
        from: 'WHERE id = $1 AND used_at IS NULL AND stopped_at IS NULL',
        to: 'WHERE id = $1 AND stopped_at IS NULL',
      },
    ],
    attack: 'open one link many times at once',
    expect: 'succeeds',
  },
  {
    name: 'a webhook whose signature nobody checks',
    changes: [{ file: 'src/channels/messenger/verify-signature.js', override: 'signatureHolds', to: '() => true' }],
    attack: 'write as somebody without the app’s secret',
    expect: 'succeeds',
  },
  {
    name: 'messages that are known by an id of ours instead of the messenger’s',
    changes: [
      {
        file: 'src/channels/inbound-store.js',
        from: 'messages.map(({ carrierId }) => carrierId)',
        to: 'messages.map(({ id }) => id)',
      },
    ],
    attack: 'replay a webhook',
    expect: 'succeeds',
  },
  {
    name: 'a webhook that reads bodies of any size',
    changes: [
      {
        file: 'src/channels/messenger/add-webhook.js',
        from: 'const bodyBytesMax = 256 * 1024;',
        to: 'const bodyBytesMax = 2 ** 30;',
      },
    ],
    attack: 'make the webhook read a megabyte',
    expect: 'succeeds',
  },
  {
    name: 'a server that waits for slow headers, but not for a whole request',
    changes: [
      { file: 'src/platform/http/create-server.js', from: 'const headersMs = 10_000;', to: 'const headersMs = 0;' },
    ],
    attack: 'hold a connection by never ending',
    expect: { stoppedBy: 'the time for a request' },
  },
  {
    name: 'a server that waits for whoever is slow',
    changes: [
      { file: 'src/platform/http/create-server.js', from: 'const headersMs = 10_000;', to: 'const headersMs = 0;' },
      { file: 'src/platform/http/create-server.js', from: 'const requestMs = 20_000;', to: 'const requestMs = 0;' },
    ],
    attack: 'hold a connection by never ending',
    expect: 'succeeds',
  },
  {
    name: 'pages that count nobody’s tries',
    changes: [
      {
        file: 'src/answers/answer-pages.js',
        from: `'answer-open': { max: 30, windowMs: 60_000 }`,
        to: `'answer-open': { max: 1_000_000, windowMs: 60_000 }`,
      },
    ],
    attack: 'hammer a page',
    expect: 'succeeds',
  },
]
