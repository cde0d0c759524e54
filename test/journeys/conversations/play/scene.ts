import type { TestPerson } from '../../../setup/link-person.ts'
import type { ChatMessage } from '../../../setup/messenger-control.ts'
import type { ParleyProcesses } from '../../../setup/parley-processes.ts'

/** A conversation while it is played. */
export type Scene = {
  readonly parley: ParleyProcesses
  readonly person: TestPerson
  /** Everything the page wrote in this conversation, what came before the first line of it left out. */
  said(): Promise<readonly ChatMessage[]>
  /** The newest address whose path begins like this. */
  link(path: string): Promise<string>
  /** Of the conversation in the database. */
  id(): Promise<string>
  /** What stands in the conversation for a value of this run: `{six digits}`. */
  readonly values: Map<string, string>
}
