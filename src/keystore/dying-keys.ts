import { hkdfSync } from 'node:crypto'
import type { ConversationId } from '../kernel/index.ts'
import type { Clock, Random } from '../platform/index.ts'

/** A key is dead so long after it was first given out for sealing, at the latest: two minutes. */
export const dyingKeyMs = 120_000
/** A new one is begun so often: what is sealed under one lives between one and a half and two minutes. */
export const dyingSlotMs = 30_000
const secretBytes = 32
const slotBytes = 12

/** A key that will be gone soon, and what names it. */
export type DyingKeyBytes = { readonly slot: string; readonly key: Uint8Array }

/** Keys that live in this process's memory alone, on no disk, and die by the clock whatever happens to whoever used them. */
export type DyingKeys = {
  /** A conversation's living keys, the newest first: that one is for sealing, all of them are for opening. */
  keysOf(conversation: ConversationId): readonly DyingKeyBytes[]
  /** Destroys all of them. */
  stop(): void
}

type Slot = { readonly slot: string; readonly secret: Uint8Array; readonly bornAt: number; readonly cancel: () => void }

/** Begins without any. A restart of the keystore destroys them all: what was sealed under them is then lost, as it would be soon anyway. */
export function createDyingKeys(deps: { readonly clock: Clock; readonly random: Random }): DyingKeys {
  let slots: readonly Slot[] = []

  function bear(): void {
    const slot = Buffer.from(deps.random.bytes(slotBytes)).toString('base64url')
    const secret = deps.random.bytes(secretBytes)
    // The timer kills, not the next caller: nobody may come.
    const cancel = deps.clock.after(dyingKeyMs, () => bury(slot))
    slots = [{ slot, secret, bornAt: deps.clock.now(), cancel }, ...slots]
  }

  function bury(name: string): void {
    for (const { slot, secret } of slots) if (slot === name) secret.fill(0)
    slots = slots.filter(({ slot }) => slot !== name)
  }

  return {
    keysOf(conversation) {
      const now = deps.clock.now()
      // A clock that was set back must not keep a key in use: then a new one is begun.
      const isFresh = slots.some(({ bornAt }, index) => index === 0 && now >= bornAt && now - bornAt < dyingSlotMs)
      if (!isFresh) bear()
      return slots.map(({ slot, secret }) => ({ slot, key: keyOf(secret, conversation) }))
    },
    stop() {
      for (const { slot, cancel } of slots) {
        cancel()
        bury(slot)
      }
    },
  }
}

function keyOf(secret: Uint8Array, conversation: ConversationId): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', `parley/held-digits/v1|${conversation}`, secretBytes))
}
