export {
  type Channel,
  type Conversation,
  type InboundKind,
  type Language,
  type QuickReply,
  type Reply,
  type ReplyButton,
  languages,
} from './channel.ts'
export { channelsCodes } from './codes.ts'
export type { ConversationKeys } from './conversation-keys.ts'
export { loadConversation, setLanguage } from './conversation-store.ts'
export { type EchoBoard, createEchoBoard } from './echo-board.ts'
export { forgetHandled, inbound } from './inbound-store.ts'
export { queueReply } from './queue-reply.ts'
export { type Sender, createSender } from './send-outbox.ts'
export { createMessenger } from './messenger/create-messenger.ts'
export type { LanguageProfile, MessengerProfile } from './messenger/set-up-profile.ts'
export { handleMessageJob } from './messenger/take-in.ts'
export { waitOut } from './wait-out.ts'
