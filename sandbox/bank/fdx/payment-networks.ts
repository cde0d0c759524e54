import { jsonAnswer } from '../http-io.ts'
import type { Answer } from '../http-io.ts'
import { bookOf, requireCluster } from './fdx-call.ts'
import type { FdxCall } from './fdx-call.ts'
import { FdxRefusal } from './fdx-error.ts'

/** This bank's routing number: its check digit is right, and no real bank's begins with 99. */
const ROUTING_NUMBER = '990017352'

const NETWORKS = ['US_ACH', 'US_FEDWIRE', 'US_RTP'] as const

/** `GET /accounts/{id}/payment-networks`: how money reaches a deposit account. Cards are not paid into by number. */
export function listPaymentNetworks(call: FdxCall): Answer {
  requireCluster(call, 'PAYMENT_SUPPORT')
  const { account } = bookOf(call, call.segments[1])
  const { accountNumber } = account
  if (accountNumber === undefined) throw new FdxRefusal('not-found', 'this account is not paid into by number')
  return jsonAnswer(200, {
    paymentNetworks: NETWORKS.map((type) => ({
      bankId: ROUTING_NUMBER,
      identifier: accountNumber,
      identifierType: 'ACCOUNT_NUMBER',
      type,
      transferIn: true,
      transferOut: type !== 'US_RTP',
    })),
  })
}
