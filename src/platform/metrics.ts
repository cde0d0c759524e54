import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

/** The labels a metric may carry. None of them names a person, an account, a place or an amount. */
const labelNames = [
  'channel',
  'check',
  'code',
  'direction',
  'field',
  'institution',
  'intent',
  'kind',
  'login',
  'method',
  'mode',
  'outcome',
  'priority',
  'route',
  'stage',
  'status',
] as const

export type LabelName = (typeof labelNames)[number]
export type Labels = { readonly [Name in LabelName]?: string }

/** One metric never holds more label combinations than this: past it, values become `other`. */
const labelSetsMax = 300

/** Label values are words of ours (codes, routes, kinds); anything else is counted as `other`. */
const labelValueShape = /^[A-Za-z0-9_.:/{}*-]{1,80}$/

export type CounterMetric = { add(by?: number, labels?: Labels): void }
export type GaugeMetric = { set(value: number, labels?: Labels): void }
export type HistogramMetric = { observe(value: number, labels?: Labels): void }

type Described = { readonly name: string; readonly help: string; readonly labels?: readonly LabelName[] }

/**
 * Numbers about the service. Asking twice for one name gives the same metric. Names follow Prometheus: `parley_` in
 * front, unit at the end (`_seconds`, `_total`). Durations are seconds.
 */
export type Metrics = {
  counter(metric: Described): CounterMetric
  gauge(metric: Described & { readonly read?: () => number }): GaugeMetric
  histogram(metric: Described & { readonly buckets?: readonly number[] }): HistogramMetric
  /** The text format of Prometheus. */
  render(): Promise<{ readonly contentType: string; readonly text: string }>
}

/** Buckets, in seconds, around the promises of this product (50 ms, 1 s, 10 s). */
const secondsBuckets = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]

/** A registry of its own, with Node's usual process metrics unless `processMetrics` is false. */
export function createMetrics(options: { readonly processMetrics?: boolean } = {}): Metrics {
  const registry = new Registry()
  if (options.processMetrics !== false) collectDefaultMetrics({ register: registry })
  const counters = new Map<string, CounterMetric>()
  const gauges = new Map<string, GaugeMetric>()
  const histograms = new Map<string, HistogramMetric>()

  return {
    counter: (metric) =>
      once(counters, metric.name, () => {
        const counter = new Counter({ ...described(metric), registers: [registry] })
        const bounded = boundedLabels()
        return { add: (by = 1, labels = {}) => counter.inc(bounded(labels), by) }
      }),
    gauge: (metric) =>
      once(gauges, metric.name, () => {
        const read = metric.read
        const gauge: Gauge<LabelName> = new Gauge({
          ...described(metric),
          registers: [registry],
          ...(read === undefined ? {} : { collect: (): void => gauge.set(read()) }),
        })
        const bounded = boundedLabels()
        return { set: (value, labels = {}) => gauge.set(bounded(labels), value) }
      }),
    histogram: (metric) =>
      once(histograms, metric.name, () => {
        const buckets = [...(metric.buckets ?? secondsBuckets)]
        const histogram = new Histogram({ ...described(metric), buckets, registers: [registry] })
        const bounded = boundedLabels()
        return { observe: (value, labels = {}) => histogram.observe(bounded(labels), value) }
      }),
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  }
}

function once<Metric>(made: Map<string, Metric>, name: string, make: () => Metric): Metric {
  const known = made.get(name)
  if (known !== undefined) return known
  const metric = make()
  made.set(name, metric)
  return metric
}

function described(metric: Described): { name: string; help: string; labelNames: LabelName[] } {
  return { name: metric.name, help: metric.help, labelNames: [...(metric.labels ?? [])] }
}

function boundedLabels(): (labels: Labels) => Record<string, string> {
  const seen = new Set<string>()
  return (labels) => {
    const clean: Record<string, string> = {}
    for (const name of labelNames) {
      const value = labels[name]
      if (value !== undefined) clean[name] = labelValueShape.test(value) ? value : 'other'
    }
    const set = JSON.stringify(clean)
    if (seen.has(set)) return clean
    if (seen.size < labelSetsMax) {
      seen.add(set)
      return clean
    }
    return Object.fromEntries(Object.keys(clean).map((name) => [name, 'other']))
  }
}
