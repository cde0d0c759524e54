import type { LiveEvent, MessageView, ThreadView } from '../shown-message.ts'
import { byId } from './elements.ts'
import { perform, watchThread, type Act } from './messenger-api.ts'
import { offerLink } from './offer-link.ts'
import type { MessageTaps } from './render-message.ts'
import { goToEnd, isAtEnd, showMessages } from './show-messages.ts'
import { showSurroundings, showWelcome, toggle } from './show-surroundings.ts'
import { makeTypingSign } from './typing-sign.ts'

/** One person's thread on the screen, live, until `close`. */
export type ThreadPane = { readonly close: () => void }

/** Opens the thread of a person. `onChange` hears of new messages, for the list of people. */
export function openThread(psid: string, onChange: () => void): ThreadPane {
  const composer = byId('composer', HTMLTextAreaElement)
  const trouble = byId('trouble', HTMLElement)
  const typing = makeTypingSign()
  const stopped = new AbortController()
  let thread: ThreadView | undefined
  let messages: readonly MessageView[] = []

  const taps: MessageTaps = {
    psid,
    pageName: () => thread?.pageName ?? '',
    press: (mid, index, card) => act({ act: 'button', mid, index, ...(card === undefined ? {} : { card }) }),
    open: (url, mid, link) => offerLink(url, { psid, mid, link }),
    textOf: (mid) => messages.find((message) => message.mid === mid)?.shown.text ?? 'an earlier message',
  }

  function act(what: Act): void {
    trouble.textContent = ''
    perform(psid, what).catch((error: unknown) => {
      trouble.textContent = `That did not work. ${error instanceof Error ? error.message : 'Try again.'}`
    })
  }

  function onEvent(event: LiveEvent): void {
    switch (event.type) {
      case 'snapshot':
        messages = event.messages
        takeThread(event.thread)
        draw()
        return markRead()
      case 'thread':
        return takeThread(event.thread)
      case 'typing':
        return showTyping(event.on)
      case 'message':
        return takeMessage(event.message)
    }
  }

  function takeThread(next: ThreadView): void {
    thread = next
    showSurroundings(next, act)
    showWelcome(next, messages.length === 0, act)
  }

  function takeMessage(message: MessageView): void {
    const known = messages.some(({ mid }) => mid === message.mid)
    messages = known ? messages.map((old) => (old.mid === message.mid ? message : old)) : [...messages, message]
    if (!known && message.from === 'page') showTyping(false)
    draw()
    if (known) return
    if (message.from === 'page') announce(message)
    markRead()
    onChange()
  }

  function draw(): void {
    showMessages(messages, taps, act)
    showWelcome(thread, messages.length === 0, act)
  }

  function showTyping(on: boolean): void {
    const follows = isAtEnd()
    typing.show(on, taps.pageName())
    if (on && follows) goToEnd()
  }

  /** Reads a new message out; the list itself is no live region, because it is redrawn. */
  function announce({ shown }: MessageView): void {
    const words = [
      shown.text,
      ...shown.cards.map((card) => card.title),
      ...shown.buttons.map(({ title }) => `Button ${title}`),
      ...shown.quickReplies.map(({ title }) => `Suggestion ${title}`),
    ]
    byId('announce', HTMLElement).textContent = `${taps.pageName()}: ${words.join('. ')}`
  }

  function markRead(): void {
    if (document.visibilityState === 'visible' && messages.some(({ from }) => from === 'page')) act({ act: 'read' })
  }

  function send(): void {
    const text = composer.value.trim()
    if (text === '') return
    composer.value = ''
    act({ act: 'say', text })
  }

  function leave(deleteData: boolean): void {
    byId('leave-app', HTMLDialogElement).close()
    act({ act: 'remove-app', deleteData })
  }

  function listen(): void {
    const { signal } = stopped
    const onClick = (id: string, then: () => void): void =>
      byId(id, HTMLElement).addEventListener('click', then, { signal })
    byId('composer-form', HTMLFormElement).addEventListener('submit', (event) => (event.preventDefault(), send()), {
      signal,
    })
    composer.addEventListener('keydown', (event) => isSendKey(event) && (event.preventDefault(), send()), { signal })
    onClick('block', () => act({ act: 'block', blocked: !(thread?.blocked ?? false) }))
    onClick('apps', () => byId('leave-app', HTMLDialogElement).showModal())
    onClick('leave', () => leave(false))
    onClick('leave-and-delete', () => leave(true))
    onClick('menu', () => toggle('menu', 'menu-list'))
    onClick('more', () => toggle('more', 'options'))
    document.addEventListener('visibilitychange', markRead, { signal })
  }

  listen()
  const stop = watchThread(psid, onEvent, (lost) => {
    const words = lost ? 'The sandbox messenger does not answer. Trying again.' : (thread?.banner ?? '')
    byId('banner', HTMLElement).textContent = words
  })

  return {
    close: () => {
      stop()
      stopped.abort()
      typing.show(false, '')
      byId('messages', HTMLElement).replaceChildren()
      byId('quick-replies', HTMLElement).replaceChildren()
      trouble.textContent = ''
    },
  }
}

function isSendKey(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && !event.shiftKey && !event.isComposing
}
