export { chatCodes } from './codes.ts'
export { createChat } from './create-chat.ts'
export { messengerProfile } from './messenger-profile.ts'
export { understandLines } from './understand/understand-lines.ts'
