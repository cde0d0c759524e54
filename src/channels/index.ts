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
export { conversations } from './conversations.ts'
export { type EchoBoard, createEchoBoard } from './echo-board.ts'
export type { DyingKeys } from './hold-digits.ts'
export { inbound } from './inbound-store.ts'
export { platformRequests } from './platform-requests.ts'
export type { PlatformRequest, RequestCode, RequestKind } from './platform-requests-store.ts'
export { queueReply } from './queue-reply.ts'
export { type Sender, createSender } from './send-outbox.ts'
export { type SentMessage, sentMessages } from './sent-messages-store.ts'
export { type Messenger, createMessenger } from './messenger/create-messenger.ts'
export type { LanguageProfile, MessengerProfile } from './messenger/set-up-profile.ts'
export type { UtilityTemplate } from './messenger/utility-templates.ts'
export { threads } from './threads.ts'
export { waitOut } from './wait-out.ts'
