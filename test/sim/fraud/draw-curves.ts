/** One point of a curve: its value, and the standard error of it, where it is a mean. */
export type CurvePoint = { readonly x: number; readonly y: number; readonly error?: number }

export type Curve = {
  readonly name: string
  readonly colour: string
  readonly dashed?: boolean
  readonly points: readonly CurvePoint[]
}

export type Chart = {
  readonly title: string
  readonly subtitle: string
  readonly xTitle: string
  readonly yTitle: string
  readonly xTicks: readonly number[]
  readonly yTicks: readonly number[]
  readonly sayX: (x: number) => string
  readonly sayY: (y: number) => string
  readonly curves: readonly Curve[]
}

const frame = { width: 760, height: 460, left: 70, right: 170, top: 70, bottom: 60 } as const
/** Names at the ends of curves keep so far apart, in pixels. */
const nameGap = 18
/** How far from the line the standard error is drawn: 95 % of a normal law. */
const errorsShown = 1.96

/** A chart of lines as SVG, with bands of two standard errors; readable without colours, and on light and dark pages. */
export function drawCurves(chart: Chart): string {
  const { xTicks, yTicks, curves } = chart
  const x = scaleOf(xTicks, frame.left, frame.width - frame.right)
  const y = scaleOf(yTicks, frame.height - frame.bottom, frame.top)
  const names = spreadNames(curves.map(({ points }) => y(points.at(-1)?.y ?? 0)))
  const parts = [
    `<rect width="${frame.width}" height="${frame.height}" rx="8" fill="#ffffff"/>`,
    text(frame.left, 28, chart.title, 'font-size="17" font-weight="600"'),
    text(frame.left, 48, chart.subtitle, 'font-size="12" fill="#555555"'),
    ...yTicks.flatMap((tick) => [
      line([frame.left, y(tick)], [frame.width - frame.right, y(tick)], 'stroke="#e3e3e3"'),
      text(frame.left - 8, y(tick) + 4, chart.sayY(tick), 'font-size="12" text-anchor="end"'),
    ]),
    ...xTicks.map((tick) => text(x(tick), frame.height - frame.bottom + 20, chart.sayX(tick), 'font-size="12" text-anchor="middle"')), // prettier-ignore
    text((frame.left + frame.width - frame.right) / 2, frame.height - 16, chart.xTitle, 'font-size="13" text-anchor="middle"'), // prettier-ignore
    `<g transform="translate(18 ${(frame.top + frame.height - frame.bottom) / 2}) rotate(-90)">${text(0, 0, chart.yTitle, 'font-size="13" text-anchor="middle"')}</g>`,
    ...curves.flatMap((curve, at) => drawCurve(curve, x, y, names[at] ?? 0)),
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-label="${escaped(chart.title)}" font-family="system-ui, sans-serif" fill="#1a1a1a">\n${parts.join('\n')}\n</svg>\n`
}

type Scale = (value: number) => number

/** What lies beyond the ticks is drawn at their edge. */
function scaleOf(ticks: readonly number[], from: number, to: number): Scale {
  const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 1]
  return (value) => from + ((Math.min(high, Math.max(low, value)) - low) / (high - low)) * (to - from)
}

function drawCurve({ name, colour, dashed, points }: Curve, x: Scale, y: Scale, nameY: number): string[] {
  const path = (sign: number) => points.map((point) => `${round(x(point.x))} ${round(y(point.y + sign * errorsShown * (point.error ?? 0)))}`) // prettier-ignore
  const band = [...path(1), ...path(-1).toReversed()].join(' L ')
  const last = points.at(-1)
  return [
    `<path d="M ${band} Z" fill="${colour}" opacity="0.12"/>`,
    `<path d="M ${path(0).join(' L ')}" fill="none" stroke="${colour}" stroke-width="2"${dashed === true ? ' stroke-dasharray="6 4"' : ''}/>`,
    ...points.map((point) => `<circle cx="${round(x(point.x))}" cy="${round(y(point.y))}" r="3.5" fill="${colour}"/>`),
    ...(last === undefined ? [] : [text(x(last.x) + 12, nameY + 4, name, `font-size="12" fill="${colour}"`)]),
  ]
}

/** Places for names, from the top, each at its curve's end unless the one above is too close. */
function spreadNames(wanted: readonly number[]): readonly number[] {
  const places = [...wanted]
  const order = wanted.map((_, at) => at).sort((one, other) => (wanted[one] ?? 0) - (wanted[other] ?? 0))
  let least = -Infinity
  for (const at of order) {
    places[at] = Math.max(wanted[at] ?? 0, least)
    least = (places[at] ?? 0) + nameGap
  }
  return places
}

function line(from: readonly [number, number], to: readonly [number, number], style: string): string {
  return `<line x1="${round(from[0])}" y1="${round(from[1])}" x2="${round(to[0])}" y2="${round(to[1])}" ${style}/>`
}

function text(x: number, y: number, words: string, style: string): string {
  return `<text x="${round(x)}" y="${round(y)}" ${style}>${escaped(words)}</text>`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
