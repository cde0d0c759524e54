export { createReceipts } from './create-receipts.ts'
export type { NewReceipt, Receipts, ReceiptsDeps } from './create-receipts.ts'
export type { ReceiptId, StoredReceipt } from './receipt-store.ts'
