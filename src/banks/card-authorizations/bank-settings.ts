import { Secret, isInstitutionId } from '../../kernel/index.ts'
import type { InstitutionId } from '../../kernel/index.ts'

/** A bank's card events as the configuration says them. */
export type CardEventSettings = {
  readonly secret: string
  readonly formerSecrets: readonly string[]
  readonly deadlineMs: number
  readonly declines: boolean
  readonly citi?: { readonly proxySecret: string; readonly certificates: readonly string[] } | undefined
  readonly stripe?: { readonly secrets: readonly string[] } | undefined
  readonly lithic?: { readonly secrets: readonly string[] } | undefined
}

/** A bank that sends card events: how it shows that it is the bank, how long it waits, and what it wants to be told. */
export type CardEventBank = {
  readonly institution: InstitutionId
  /** What it signs with; older ones too while it changes. */
  readonly secrets: readonly Secret<string>[]
  readonly deadlineMs: number
  /** Whether it asked to be told to decline; else every verdict is `observe`. */
  readonly declines: boolean
  readonly citi?: { readonly proxySecret: Secret<string>; readonly certificates: readonly string[] }
  readonly stripe?: { readonly secrets: readonly Secret<string>[] }
  readonly lithic?: { readonly secrets: readonly Secret<string>[] }
}

/** A bank of the configuration. */
export type EventInstitution = { readonly id: string; readonly cardEvents?: CardEventSettings | undefined }

/** The banks that send card events, by their ids. */
export function cardEventBanksOf(institutions: readonly EventInstitution[]): ReadonlyMap<InstitutionId, CardEventBank> {
  const banks = new Map<InstitutionId, CardEventBank>()
  for (const { id, cardEvents } of institutions) {
    if (cardEvents !== undefined && isInstitutionId(id)) banks.set(id, bankOf(id, cardEvents))
  }
  return banks
}

function bankOf(institution: InstitutionId, settings: CardEventSettings): CardEventBank {
  const { secret, formerSecrets, deadlineMs, declines, citi, stripe, lithic } = settings
  return {
    institution,
    secrets: secretsOf([secret, ...formerSecrets]),
    deadlineMs,
    declines,
    ...(citi === undefined ? {} : { citi: { ...citi, proxySecret: new Secret(citi.proxySecret) } }),
    ...(stripe === undefined ? {} : { stripe: { secrets: secretsOf(stripe.secrets) } }),
    ...(lithic === undefined ? {} : { lithic: { secrets: secretsOf(lithic.secrets) } }),
  }
}

function secretsOf(texts: readonly string[]): readonly Secret<string>[] {
  return texts.map((text) => new Secret(text))
}
