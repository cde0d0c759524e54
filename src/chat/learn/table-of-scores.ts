import { type Share, shareOf } from './share.ts'

/** Every share in a result, one a line: where it stands, per cent, the interval, and how many of how many. */
export function tableOf(result: unknown): string {
  return rowsOf(result, '')
    .map(({ name, share }) => {
      const [low, high] = share.between
      return `${name.padEnd(52)} ${String(share.percent).padStart(6)} %  [${low}; ${high}]  ${share.right} of ${share.of}`
    })
    .join('\n')
}

function rowsOf(value: unknown, name: string): readonly { readonly name: string; readonly share: Share }[] {
  if (typeof value !== 'object' || value === null) return []
  if (isCounted(value)) return [{ name, share: shareOf(value.right, value.of) }]
  return Object.entries(value).flatMap(([key, inner]) => rowsOf(inner, name === '' ? key : `${name}.${key}`))
}

function isCounted(value: object): value is { readonly right: number; readonly of: number } {
  return 'right' in value && typeof value.right === 'number' && 'of' in value && typeof value.of === 'number'
}
