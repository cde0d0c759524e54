import type { Reply, ReplyButton } from '../channel.ts'

// The messenger's limits (Send API). Catalogues are tested against them; here nothing is refused, only cut.
const textMax = 2_000
const buttonTextMax = 640
const titleMax = 20
const buttonsMax = 3
const quickRepliesMax = 13

/** A reply as the Send API's `message`. `metadata` comes back in the echo: it is how we know that it arrived. */
export function renderReply(reply: Reply, outboxId: string): object {
  const { text, buttons = [], quickReplies = [] } = reply
  return {
    metadata: outboxId,
    ...(buttons.length === 0 ? { text: cut(text, textMax) } : { attachment: buttonTemplate(text, buttons) }),
    ...(quickReplies.length === 0
      ? {}
      : { quick_replies: quickReplies.slice(0, quickRepliesMax).map(renderQuickReply) }),
  }
}

function buttonTemplate(text: string, buttons: readonly ReplyButton[]): object {
  return {
    type: 'template',
    payload: {
      template_type: 'button',
      text: cut(text, buttonTextMax),
      buttons: buttons.slice(0, buttonsMax).map(renderButton),
    },
  }
}

function renderButton(button: ReplyButton): object {
  const title = cut(button.title, titleMax)
  return button.kind === 'link'
    ? { type: 'web_url', title, url: button.url, webview_share_button: 'hide' }
    : { type: 'postback', title, payload: button.payload }
}

function renderQuickReply({ title, payload }: { readonly title: string; readonly payload: string }): object {
  return { content_type: 'text', title: cut(title, titleMax), payload }
}

function cut(text: string, max: number): string {
  if (text.length <= max) return text
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
