import { ask, linkPerson } from '../../setup/link-person.ts'
import type { TestPerson } from '../../setup/link-person.ts'
import type { ChatMessage } from '../../setup/messenger-control.ts'
import type { ParleyProcesses } from '../../setup/parley-processes.ts'

/** A question of the proof and how its reply is recognised: who asked it gets it. */
export type Question = { readonly words: string; readonly fingerprint: string }

export type Conversations = {
  readonly people: readonly TestPerson[]
  readonly questions: readonly Question[]
}

/** Conversations that ask at the same time; each is a customer of its own. */
const peopleMax = 6

/** Different intents whose replies depend on nothing else, so that an answer to one can never pass for an answer to another. */
const words = ['what is my balance?', 'help', 'thanks']

/** Links everybody over the real pages, and learns from one quiet round what each question's reply looks like. */
export async function addConversations(parley: ParleyProcesses): Promise<Conversations> {
  const people: TestPerson[] = []
  for (let index = 0; index < peopleMax; index += 1) {
    people.push(await linkPerson(parley, `Person ${index + 1}`, { bankPerson: index }))
  }
  const [first] = people
  if (first === undefined) throw new Error('nobody was linked')
  const questions: Question[] = []
  for (const text of words) questions.push({ words: text, fingerprint: fingerprintOf(await ask(parley, first, text)) })
  const distinct = new Set(questions.map(({ fingerprint }) => fingerprint))
  if (distinct.size < words.length) throw new Error('the replies cannot be told apart')
  return { people, questions }
}

/** A reply without what is new each time: the words, and where its buttons lead, tokens left out. */
export function fingerprintOf(message: ChatMessage): string {
  const buttons = message.shown.buttons.map(({ title, url }) => {
    const place = url === undefined ? '' : new URL(url).pathname.split('/')[1]
    return `[${title} → ${place}]`
  })
  return `${message.shown.text} ${buttons.join(' ')}`
}
