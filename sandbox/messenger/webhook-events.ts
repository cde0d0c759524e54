import type { Shown } from './shown-message.ts'

/** The names under which an app subscribes to events of a page. */
export const WEBHOOK_FIELDS = [
  'messages',
  'messaging_postbacks',
  'message_echoes',
  'message_deliveries',
  'message_reads',
  'message_reactions',
  'message_edits',
  'messaging_account_linking',
  'messaging_referrals',
  'messaging_optins',
  'messaging_handovers',
  'standby',
] as const

/** One of the fields an app can subscribe to. */
export type WebhookField = (typeof WEBHOOK_FIELDS)[number]

/** Who an event is about: the page's and the person's id, and when it happened (milliseconds). */
export type Between = { readonly pageId: string; readonly psid: string; readonly at: number }

/** A body of one webhook event, without its envelope. */
export type WebhookEvent = Readonly<Record<string, unknown>>

/** An event that the person caused. */
export function personEvent(between: Between, content: WebhookEvent): WebhookEvent {
  return {
    sender: { id: between.psid },
    recipient: { id: between.pageId },
    timestamp: between.at,
    ...content,
  }
}

/** The echo of a message the page sent; `app_id` is a number on the wire. */
export function echoEvent(between: Between, echo: EchoContent): WebhookEvent {
  return {
    sender: { id: between.pageId },
    recipient: { id: between.psid },
    timestamp: between.at,
    message: {
      mid: echo.mid,
      is_echo: true,
      app_id: Number(echo.appId),
      ...(echo.metadata === undefined ? {} : { metadata: echo.metadata }),
      ...(echo.shown.text === '' || echo.shown.buttons.length > 0 ? {} : { text: echo.shown.text }),
      ...echoAttachments(echo.shown),
      ...(echo.replyTo === undefined ? {} : { reply_to: { mid: echo.replyTo } }),
    },
  }
}

type EchoContent = {
  readonly mid: string
  readonly appId: string
  readonly metadata: string | undefined
  readonly replyTo: string | undefined
  readonly shown: Shown
}

/** Echoes describe templates as attachments; the buttons' payloads do not come back. */
function echoAttachments(shown: Shown): WebhookEvent {
  if (shown.buttons.length > 0) {
    const buttons = shown.buttons.map(({ kind, title }) => ({ type: kind === 'url' ? 'web_url' : kind, title }))
    return { attachments: [{ type: 'template', payload: { template_type: 'button', text: shown.text, buttons } }] }
  }
  if (shown.cards.length > 0) {
    const elements = shown.cards.map(({ title, subtitle }) => ({ title, subtitle }))
    return { attachments: [{ type: 'template', payload: { template_type: 'generic', elements } }] }
  }
  if (shown.media.length === 0) return {}
  return { attachments: shown.media.map(({ type, url }) => ({ type, payload: { url } })) }
}
