export { notifyCodes } from './codes.ts'
export { createNotify } from './create-notify.ts'
export type { Notify, NotifyDeps } from './create-notify.ts'
export { hasten } from './hasten.ts'
