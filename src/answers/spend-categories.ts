/** What people spend on, a dozen kinds; every merchant category code falls into one of them. */
export const spendCategories = [
  'groceries',
  'eating-out',
  'transport',
  'travel',
  'home',
  'shopping',
  'health',
  'leisure',
  'bills',
  'education',
  'cash',
  'fees',
  'other',
] as const
export type SpendCategory = (typeof spendCategories)[number]

type Range = readonly [from: number, to: number, category: SpendCategory]

/**
 * Merchant category codes by ISO 18245 (the ranges below 3000 and above 4000 by trade; 3000–3999 are single airlines, car
 * rentals and hotels). First fit wins, so exceptions stand before their range.
 */
const table: readonly Range[] = [
  [742, 742, 'health'],
  [763, 780, 'home'],
  [1500, 1799, 'home'],
  [2741, 2842, 'shopping'],
  [3000, 3299, 'travel'],
  [3351, 3441, 'travel'],
  [3501, 3999, 'travel'],
  [4011, 4011, 'travel'],
  [4111, 4112, 'transport'],
  [4119, 4119, 'health'],
  [4121, 4131, 'transport'],
  [4214, 4225, 'bills'],
  [4411, 4411, 'travel'],
  [4457, 4468, 'leisure'],
  [4511, 4582, 'travel'],
  [4722, 4723, 'travel'],
  [4784, 4789, 'transport'],
  [4812, 4821, 'bills'],
  [4829, 4829, 'cash'],
  [4899, 4900, 'bills'],
  [5013, 5047, 'shopping'],
  [5122, 5122, 'health'],
  [5172, 5172, 'transport'],
  [5200, 5261, 'home'],
  [5271, 5271, 'home'],
  [5300, 5300, 'groceries'],
  [5309, 5399, 'shopping'],
  [5411, 5499, 'groceries'],
  [5511, 5599, 'transport'],
  [5611, 5699, 'shopping'],
  [5712, 5722, 'home'],
  [5732, 5735, 'shopping'],
  [5811, 5814, 'eating-out'],
  [5815, 5818, 'leisure'],
  [5912, 5912, 'health'],
  [5921, 5921, 'groceries'],
  [5931, 5940, 'shopping'],
  [5941, 5947, 'shopping'],
  [5960, 5960, 'bills'],
  [5961, 5969, 'shopping'],
  [5970, 5975, 'shopping'],
  [5976, 5976, 'health'],
  [5977, 5982, 'shopping'],
  [5983, 5983, 'bills'],
  [5992, 5999, 'shopping'],
  [6010, 6011, 'cash'],
  [6012, 6012, 'bills'],
  [6051, 6051, 'cash'],
  [6300, 6399, 'bills'],
  [6513, 6513, 'bills'],
  [6536, 6540, 'cash'],
  [7011, 7033, 'travel'],
  [7210, 7299, 'home'],
  [7311, 7399, 'other'],
  [7512, 7519, 'travel'],
  [7523, 7549, 'transport'],
  [7622, 7699, 'home'],
  [7800, 7999, 'leisure'],
  [8011, 8099, 'health'],
  [8111, 8111, 'other'],
  [8211, 8299, 'education'],
  [8351, 8351, 'education'],
  [8398, 8699, 'other'],
  [9211, 9399, 'bills'],
]

/** The kind of spending behind a merchant category code; `other` for codes that say nothing. */
export function categoryOf(code: string | undefined): SpendCategory {
  if (code === undefined || !/^\d{4}$/.test(code)) return 'other'
  const number = Number(code)
  return table.find(([from, to]) => number >= from && number <= to)?.[2] ?? 'other'
}
