/** Where the gateway's process can be ended: what is done there is still undone `before` it, and stands for good `after` it. */
export type KillPoint = {
  readonly name: string
  /** Which half of the flow passes it: from the swipe to the question, or from "Not me" to the frozen card and its case. */
  readonly half: 'question' | 'answer'
  /** A statement, with its values behind it; of one inside a transaction the COMMIT is what counts. */
  readonly sql?: RegExp
  /** A request that leaves: method and path. `after`: the other side has done it, and nobody here has heard so. */
  readonly http?: RegExp
}

/** Every step of the flow that leaves a mark, in its order. */
export const killPoints: readonly KillPoint[] = [
  { name: 'event-stored', half: 'question', sql: /gate\.add_card_events/ },
  { name: 'card-asked-for', half: 'question', http: /^GET .*\/cards/ },
  { name: 'alert-opened', half: 'question', sql: /INSERT INTO alerts\.fraud_alert/ },
  { name: 'question-queued', half: 'question', sql: /INSERT INTO platform\.outbox/ },
  { name: 'question-tried', half: 'question', sql: /UPDATE platform\.outbox SET tries/ },
  { name: 'question-sent', half: 'question', http: /^POST .*\/messages/ },
  { name: 'question-confirmed', half: 'question', sql: /UPDATE platform\.outbox SET confirmed_at/ },
  { name: 'answer-stored', half: 'answer', sql: /INSERT INTO channels\.inbound_message/ },
  { name: 'answer-heard', half: 'answer', sql: /alerts\.is_known/ },
  { name: 'freeze-ordered-and-label', half: 'answer', sql: /INSERT INTO alerts\.label/ },
  { name: 'freeze-asked', half: 'answer', http: /^(?!GET )\S+ .*\/cards\// },
  { name: 'freeze-answered', half: 'answer', sql: /UPDATE alerts\.fraud_alert SET state[^]* protected / },
  { name: 'case-opened', half: 'answer', sql: /desk\.open_case/ },
  { name: 'outcome-queued', half: 'answer', sql: /INSERT INTO platform\.outbox/ },
  { name: 'outcome-sent', half: 'answer', http: /^POST .*\/messages/ },
]
