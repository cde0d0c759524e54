import type { FeatureName } from '../features/feature-names.ts'
import type { TextKind, ValueType } from './value-types.ts'

/** Fields of a use that a sentence may name. */
export type UseField = 'customer' | 'merchant' | 'terminal' | 'device' | 'category' | 'country' | 'presence'

/** Where a name's value comes from. A feature is multiplied by `scale` to get the unit of the name's type. */
export type NameSource =
  | { readonly from: 'amount' | 'score' | 'home-country' }
  | { readonly from: 'use'; readonly field: UseField }
  | { readonly from: 'feature'; readonly feature: FeatureName; readonly scale: number }
  | { readonly from: 'list'; readonly list: ListName }

/** A name that sentences may use: its type, what it means, and where its value comes from. */
export type RuleName = {
  readonly name: string
  readonly type: ValueType
  /** For completion and the page of names; one line of English. */
  readonly about: string
  readonly source: NameSource
}

/** Named lists: what they let through, block and have reviewed, of three kinds. A list does nothing but through a sentence. */
export const listKinds = { cards: 'card', merchants: 'merchant', countries: 'country' } as const satisfies Record<
  string,
  TextKind
>
export type ListKind = keyof typeof listKinds
const listWords = { allow: 'trusted', block: 'blocked', review: 'watched' } as const
export type ListPurpose = keyof typeof listWords
export type ListName = `${(typeof listWords)[ListPurpose]}_${ListKind}`

/** The name of a list in sentences: `trusted_merchants`. */
export function listNameOf(purpose: ListPurpose, kind: ListKind): ListName {
  return `${listWords[purpose]}_${kind}`
}

const windows = [
  ['hour', '1h'],
  ['day', '1d'],
  ['7_days', '7d'],
  ['30_days', '30d'],
] as const
const spans = { hour: 'hour', day: '24 hours', '7_days': '7 days', '30_days': '30 days' } as const

/** Every name, in the order in which completion offers them. */
export const ruleNames: ReadonlyMap<string, RuleName> = new Map(
  [...fields(), ...ofCard(), ...ofTerminal(), ...lists()].map((each) => [each.name, each]),
)

function fields(): readonly RuleName[] {
  const text = (name: string, field: UseField, of: TextKind, about: string): RuleName => ({
    name,
    type: { is: 'text', of },
    about,
    source: { from: 'use', field },
  })
  return [
    { name: 'amount', type: { is: 'money' }, about: 'the amount of this use', source: { from: 'amount' } },
    { name: 'score', type: { is: 'share' }, about: 'the model’s probability of fraud', source: { from: 'score' } },
    text('country', 'country', 'country', 'where the merchant is'),
    { name: 'home_country', type: { is: 'text', of: 'country' }, about: 'where the customer lives', source: { from: 'home-country' } }, // prettier-ignore
    text('presence', 'presence', 'presence', 'how the card was there: in_person, online or recurring'),
    text('category', 'category', 'category', 'the merchant category code'),
    text('merchant', 'merchant', 'merchant', 'the merchant’s key'),
    text('terminal', 'terminal', 'terminal', 'the terminal’s key'),
    text('card', 'customer', 'card', 'the card’s key, a pseudonym'),
    text('device', 'device', 'device', 'the device’s key'),
  ]
}

function ofCard(): readonly RuleName[] {
  return [
    condition('at_night', 'night', 'at an hour of the night'),
    condition('at_weekend', 'weekend', 'on a Saturday or Sunday'),
    condition('merchant_is_new', 'c_new_merchant', 'no earlier use at this merchant is remembered'),
    condition('country_is_new', 'c_new_country', 'no use in this country in the 30 days before'),
    condition('device_is_new', 'c_new_device', 'no earlier use with this device is remembered'),
    ...windows.flatMap(([words, key]) => [
      number(`uses_last_${words}`, `c_count_${key}`, `uses of the card in the last ${spans[words]}, this one included`),
      money(
        `spent_last_${words}`,
        `c_sum_${key}`,
        `spent with the card in the last ${spans[words]}, this use included`,
      ),
      money(`average_last_${words}`, `c_mean_${key}`, `average amount of the card in the last ${spans[words]}`),
      money(`spread_last_${words}`, `c_dev_${key}`, `standard deviation of amounts in the last ${spans[words]}`),
      number(`merchants_last_${words}`, `c_merchants_${key}`, `different merchants in the last ${spans[words]}`),
      number(`countries_last_${words}`, `c_countries_${key}`, `different countries in the last ${spans[words]}`),
    ]),
    duration('time_since_last_use', 'c_since_last', 'time since the card’s use before this one'),
    number('kilometres_from_last_place', 'c_km', 'distance from the last use with a known place'),
    number('kilometres_per_hour', 'c_kmh', 'speed that the distance would have taken'),
    number('known_genuine_uses', 'c_genuine', 'earlier uses of the card known to be genuine'),
    number('amount_deviations', 'c_z', 'how many deviations the amount is above the card’s genuine ones'),
    number('amount_ratio', 'c_ratio', 'the amount divided by the card’s usual one'),
    number('largest_ratio_14_days', 'c_rmax', 'the largest such ratio of 14 days'),
    number('suspicious_uses_14_days', 'c_sus', 'uses of 14 days that were unusually large'),
    number('frauds_last_14_days', 'c_fraud_14d', 'frauds of the card that became known, of 14 days'),
  ]
}

function ofTerminal(): readonly RuleName[] {
  return [
    ...windows.flatMap(([words, key]) => [
      number(`terminal_uses_last_${words}`, `t_count_${key}`, `uses at the terminal in the last ${spans[words]}`),
      money(`terminal_takings_last_${words}`, `t_sum_${key}`, `taken at the terminal in the last ${spans[words]}`),
      money(`terminal_average_last_${words}`, `t_mean_${key}`, `average amount there in the last ${spans[words]}`),
    ]),
    duration('time_since_terminal_use', 't_since_last', 'time since the terminal’s use before this one'),
    ...windows
      .slice(1)
      .flatMap(([words, key]) =>
        key === '1h'
          ? []
          : [
              number(`terminal_labels_last_${words}`, `t_labelled_${key}`, `uses there known to be fraud or genuine`),
              share(`terminal_fraud_last_${words}`, `t_risk_${key}`, `share of those that were fraud`),
            ],
      ),
    number('terminal_fraud_run', 't_run', 'how many labelled frauds in a row the terminal has had'),
    number('terminal_unexplained_run', 't_runun', 'the same without frauds that their amount explains'),
  ]
}

function lists(): readonly RuleName[] {
  const purposes = ['allow', 'block', 'review'] as const
  const kinds = ['cards', 'merchants', 'countries'] as const
  return purposes.flatMap((purpose) =>
    kinds.map((kind): RuleName => {
      const name = listNameOf(purpose, kind)
      const about = `the list of ${listWords[purpose]} ${kind}`
      return { name, type: { is: 'list', of: listKinds[kind] }, about, source: { from: 'list', list: name } }
    }),
  )
}

function number(name: string, feature: FeatureName, about: string): RuleName {
  return { name, type: { is: 'number' }, about, source: { from: 'feature', feature, scale: 1 } }
}

function share(name: string, feature: FeatureName, about: string): RuleName {
  return { name, type: { is: 'share' }, about, source: { from: 'feature', feature, scale: 1 } }
}

/** Features hold amounts in minor units, as the language does. */
function money(name: string, feature: FeatureName, about: string): RuleName {
  return { name, type: { is: 'money' }, about, source: { from: 'feature', feature, scale: 1 } }
}

/** Features hold times in seconds, as the language does. */
function duration(name: string, feature: FeatureName, about: string): RuleName {
  return { name, type: { is: 'duration' }, about, source: { from: 'feature', feature, scale: 1 } }
}

/** Features hold what is true or false as 1 or 0. */
function condition(name: string, feature: FeatureName, about: string): RuleName {
  return { name, type: { is: 'condition' }, about, source: { from: 'feature', feature, scale: 1 } }
}
