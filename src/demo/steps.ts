import { elapsedMs } from '../platform/index.ts'

/** Names each step of a long start, and how many seconds it took. */
export type Steps = { run<Value>(name: string, work: () => Promise<Value>): Promise<Value> }

/** Steps written to a stream, a line each as it ends; on a terminal, a line below shows what still runs. */
export function terminalSteps(output: NodeJS.WriteStream): Steps {
  const underWay = new Set<string>()
  const showUnderWay = (): void => {
    if (output.isTTY) output.write(`\r\x1b[K  ${[...underWay].map((name) => `${name} …`).join('  ')}`)
  }
  return {
    async run(name, work) {
      const started = elapsedMs()
      underWay.add(name)
      showUnderWay()
      let outcome = 'failed'
      try {
        const value = await work()
        outcome = `${((elapsedMs() - started) / 1000).toFixed(1)} s`
        return value
      } finally {
        underWay.delete(name)
        output.write(`${output.isTTY ? '\r\x1b[K' : ''}${`  ${name} `.padEnd(34, '·')} ${outcome}\n`)
        if (underWay.size > 0) showUnderWay()
      }
    },
  }
}
