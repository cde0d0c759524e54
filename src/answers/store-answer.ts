import { refusal, success } from '../kernel/index.ts'
import type { DataClass, Outcome, SealedAnswerId } from '../kernel/index.ts'
import type { Random, Tx } from '../platform/index.ts'
import { type Permit, sealedAnswers } from '../consent/index.ts'
import { type AnswerDocument, writeAnswerDocument } from './answer-document.ts'
import { answerLinkSeconds } from './make-answer-link.ts'
import { uuidColumn } from '../customers/index.ts'

/**
 * Keeps one bank's answer, sealed under the customer's key, for the ten minutes of its link. The permit must be one that
 * the answer was fetched under: the one of the first of its classes. Runs in the caller's transaction. Refused when the
 * permit is over: then nothing may go.
 */
export async function storeAnswer(
  deps: { readonly random: Random },
  tx: Tx,
  permit: Permit<DataClass>,
  document: AnswerDocument,
): Promise<Outcome<SealedAnswerId, 'consent/stopped'>> {
  const id = uuidColumn<SealedAnswerId>().parse(deps.random.uuid())
  const stored = await sealedAnswers.store(tx, permit, {
    id,
    plain: writeAnswerDocument(document),
    seconds: answerLinkSeconds,
  })
  return stored ? success(id) : refusal('consent/stopped')
}
