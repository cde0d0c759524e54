import { giveBack } from './give-back.ts'
import { listQueue } from './list-queue.ts'
import { sayWords } from './say-words.ts'
import { takeHandover } from './take-handover.ts'

/** What an agent does with a conversation, whichever way they work: {@link listQueue}, {@link takeHandover}, {@link sayWords}, {@link giveBack}. */
export const agentsDesk = { list: listQueue, take: takeHandover, say: sayWords, giveBack } as const
