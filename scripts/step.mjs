// Running one named step: what it says while it runs, its seconds, and its child processes.
import { spawn } from 'node:child_process'

/** A step failed for a reason that was put in words for people; the message is all there is to print. */
export class PreparingFailed extends Error {}

/**
 * Runs a step and prints its name with the seconds it took, on stderr.
 * @template T
 * @param {string} name what is being done
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(name, work) {
  const startedAt = performance.now()
  const terminal = process.stderr.isTTY
  process.stderr.write(terminal ? `  … ${name}` : `  ${name} …\n`)
  let mark = 'failed:'
  try {
    const value = await work()
    mark = 'done:'
    return value
  } finally {
    process.stderr.write(
      `${terminal ? '\r\u001b[K' : ''}  ${mark} ${name}, ${seconds(performance.now() - startedAt)}\n`,
    )
  }
}

/** Milliseconds as people read them: 12.3 s. */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`
}

/**
 * Runs a program and gathers what it prints, without a shell of our own making.
 * @param {string} command program to run
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, shell?: boolean, timeoutMs?: number }} options
 * @returns {Promise<{ code: number, output: string }>} code 124 after the timeout, 127 when it could not start
 */
export function capture(command, args, { cwd, env = process.env, shell = false, timeoutMs = 0 }) {
  return new Promise((resolve) => {
    const output = []
    let timedOut = false
    const child = spawn(command, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] })
    const stopChild = () => child.kill('SIGKILL')
    process.once('exit', stopChild)
    const timer =
      timeoutMs > 0
        ? setTimeout(() => {
            timedOut = true
            stopChild()
          }, timeoutMs)
        : undefined
    const finish = (code) => {
      clearTimeout(timer)
      process.off('exit', stopChild)
      if (timedOut) output.push(Buffer.from(`\nstopped after ${seconds(timeoutMs)}\n`))
      resolve({ code: timedOut ? 124 : code, output: Buffer.concat(output).toString('utf8') })
    }
    child.stdout.on('data', (chunk) => output.push(chunk))
    child.stderr.on('data', (chunk) => output.push(chunk))
    child.once('error', (error) => {
      output.push(Buffer.from(`${command}: ${error.message}\n`))
      finish(127)
    })
    child.once('close', (code) => finish(code ?? 1))
  })
}
