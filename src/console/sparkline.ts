import { html } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'

const height = 40
const step = 8
const barWidth = 6

/** One bar for each value, the part of it that is bad on top in another colour and pattern of its own; `said` is what it shows, for who does not see it. */
export function barChart(said: string, bars: readonly { readonly all: number; readonly bad: number }[]): Html {
  const most = Math.max(1, ...bars.map(({ all }) => all))
  const scale = (value: number): number => Math.round((value / most) * height * 10) / 10
  const width = bars.length * step
  return html`<svg
    class="bars"
    role="img"
    aria-label="${said}"
    viewBox="0 0 ${width} ${height + 2}"
    preserveAspectRatio="none"
  >
    ${bars.map(({ all, bad }, at) => {
      const [tall, wrong] = [scale(all), scale(bad)]
      const x = at * step + 1
      return html`<rect class="bar-all" x="${x}" y="${height - tall}" width="${barWidth}" height="${tall}" />${
          bad > 0 &&
          html`<rect
            class="bar-bad"
            x="${x}"
            y="${height - tall}"
            width="${barWidth}"
            height="${Math.max(wrong, 2)}"
          />`
        }`
    })}
    <rect class="bar-base" x="0" y="${height}" width="${width}" height="1" />
  </svg>`
}

/** A line through points in the unit square, from left to right. */
export function lineChart(said: string, points: readonly { readonly x: number; readonly y: number }[]): Html {
  const at = (value: number, size: number): number => Math.round(value * size * 10) / 10
  const drawn = points.map(({ x, y }) => `${at(x, 200)},${at(1 - y, 100)}`).join(' ')
  return html`<svg class="curve" role="img" aria-label="${said}" viewBox="-1 -1 202 102">
    <rect class="curve-frame" x="0" y="0" width="200" height="100" />
    <polyline class="curve-line" points="${drawn}" />
  </svg>`
}
