import { html } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import type { PublishedCell } from './publish-cells.ts'

const width = 320
const rowHeight = 26
const barHeight = 14

/**
 * A bar for each cell with its interval as a whisker; a hidden cell has the whisker alone, from zero to the most it may be. Decoration for
 * eyes: the table beside it says the same, so it is hidden from readers of the page.
 */
export function drawCells(cells: readonly PublishedCell[], nameOf: (cell: string) => string): Html {
  const most = cells.reduce((max, { high }) => (high > max ? high : max), 1n)
  const scale = (value: bigint): number => Number((value * BigInt(width - 12)) / most) + 2
  const height = cells.length * rowHeight * 2
  return html`<svg class="cells" viewBox="0 0 ${width} ${height}" aria-hidden="true" focusable="false">
    ${cells.map((shown, at) => {
      const top = at * rowHeight * 2
      const middle = top + rowHeight + barHeight / 2
      const [low, high] = [shown.hidden ? scale(0n) : scale(shown.low), scale(shown.high)]
      return html`<text class="cell-name" x="2" y="${top + rowHeight - 8}">${nameOf(shown.cell)}</text>
        <rect class="cell-track" x="2" y="${top + rowHeight}" width="${width - 12}" height="${barHeight}" rx="2" />
        ${shown.hidden ? undefined : html`<rect class="cell-bar" x="2" y="${top + rowHeight}" width="${scale(shown.value) - 2}" height="${barHeight}" rx="2" />`}
        <path
          class="${shown.hidden ? 'cell-whisker unsure' : 'cell-whisker'}"
          d="M${low} ${middle}H${high}M${low} ${middle - 5}v10M${high} ${middle - 5}v10"
        />`
    })}
  </svg>`
}
