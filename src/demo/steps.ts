import { elapsedMs } from '../platform/index.ts'

/** Names each step of a long start, and how many seconds it took. */
export type Steps = { run<Value>(name: string, work: () => Promise<Value>): Promise<Value> }

/** Steps written to standard error, a line each; on a terminal the line shows while the step still runs. */
export function terminalSteps(output: NodeJS.WriteStream): Steps {
  return {
    async run(name, work) {
      const label = `  ${name} `.padEnd(34, '·')
      if (output.isTTY) output.write(`${label} …`)
      const started = elapsedMs()
      try {
        const value = await work()
        output.write(`${output.isTTY ? '\r' : ''}${label} ${((elapsedMs() - started) / 1000).toFixed(1)} s\n`)
        return value
      } catch (fault) {
        output.write(`${output.isTTY ? '\r' : ''}${label} failed\n`)
        throw fault
      }
    },
  }
}
