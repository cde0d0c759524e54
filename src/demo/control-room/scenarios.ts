import type { BankMood, Fraud, Happening } from './bank-control.ts'
import type { Tampering } from './tamperings.ts'

/** A button: what it is called, and what will happen. */
export type ButtonWords = { readonly name: string; readonly effect: string }

/** Frauds, as thieves commit them. */
export const fraudWords: { readonly [What in Fraud]: ButtonWords } = {
  'stolen-card': {
    name: 'Steal the card',
    effect: 'The wallet is gone: electronics twice, jewellery and cash, in the same town, within seconds.',
  },
  'card-testing': {
    name: 'Try the card, then use it',
    effect: 'Four small sums over the network, then a large one in a shop abroad.',
  },
  'impossible-travel': {
    name: 'Copy the card',
    effect: 'A coffee near home, and at once jewellery and cash on another continent.',
  },
  'account-takeover': {
    name: 'Take the account over',
    effect: 'Gift cards and an order, with a device that nobody has seen before.',
  },
}

/** How the bank can behave, and what a customer will see of it. */
export const moodWords: { readonly [Mood in BankMood]: ButtonWords } = {
  well: { name: 'Working', effect: 'Answers come at once.' },
  slow: { name: 'Slow', effect: 'Each answer takes six seconds; the chat shows that it is being worked on.' },
  down: { name: 'Down', effect: 'No connection at all. The customer is told so, and nothing is guessed.' },
  garbling: { name: 'Answering nonsense', effect: 'Unreadable answers are refused, not interpreted.' },
  'rate-limited': {
    name: 'Rate limited',
    effect:
      'The bank answers 429 and asks for a pause of 30 seconds. Parley keeps to it, also after you mend the bank.',
  },
  failing: { name: 'Failing', effect: 'The bank answers 503. The person is told, and the question is tried again.' },
  'half-closing': { name: 'Cutting off', effect: 'Half an answer, then silence. Nothing is guessed from the half.' },
  'login-down': { name: 'Login broken', effect: 'Balances work, but nobody can link a bank.' },
}

/** Things that happen to people by themselves. */
export const happeningWords: { readonly [What in Happening]: string } = {
  'bill-due': 'A card bill falls due in two days',
  refund: 'A refund arrives',
  'charged-twice': 'Something is charged twice',
}

/** Ways to lie with a copy of the log. */
export const tamperWords: { readonly [How in Tampering]: ButtonWords } = {
  alter: { name: 'Alter the entry', effect: 'The entry says something else; the hashes over it stay as they were.' },
  drop: { name: 'Drop the entry', effect: 'The entry is left out, and the ones behind it move up.' },
  rewrite: {
    name: 'Rewrite it with its hash',
    effect: 'The entry and the hash over it are changed, so that the two agree.',
  },
  fork: { name: 'Fork the tree', effect: 'A whole other tree of the same size, signed with a key of the thief’s own.' },
}

/** What whoever holds the chat, but not the passkey, may try. */
export const thiefTries = ['ask', 'open', 'full', 'unfreeze', 'recover', 'erase', 'freeze'] as const
export type ThiefTry = (typeof thiefTries)[number]

/** What the thief writes (nothing: opens the newest sealed link), and what should come of it. */
export const thiefWords: { readonly [Try in ThiefTry]: ButtonWords & { readonly says?: string } } = {
  ask: {
    name: 'Ask for the balance',
    says: 'what’s my balance?',
    effect: 'A link comes and no figures, unless the owner chose to show them in this chat.',
  },
  open: {
    name: 'Open the newest sealed link',
    effect: 'The page is locked. It asks for a passkey that the thief has not got, and holds no figures until then.',
  },
  full: {
    name: 'Have figures shown in the chat',
    says: 'show the exact numbers here',
    effect: 'That would loosen something, so words are not enough: the owner’s passkey has to sign.',
  },
  unfreeze: {
    name: 'Unfreeze the card',
    says: 'unfreeze my card',
    effect: 'Again looser, so again the passkey. A link, and nothing has changed at the bank.',
  },
  recover: {
    name: 'Say the passkey is lost',
    says: 'I lost my passkey',
    effect: 'It takes a login at the bank, then 24 hours; all conversations are told, and the old passkey can stop it.',
  },
  erase: {
    name: 'Have everything erased',
    says: 'erase my data',
    effect: 'What cannot be undone takes the passkey as well.',
  },
  freeze: {
    name: 'Freeze the card',
    says: 'freeze my card',
    effect: 'This one works, with one tap more: words may make things safer. To undo it, the owner uses the passkey.',
  },
}
