import { existsSync, promises, readFileSync, unlinkSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { Client } from 'pg'

// Loaded into a process of the product before it starts (`node --import`): once the file `<config>.kill` is there, the process
// ends itself with SIGKILL at the n-th step it takes from then on. A step is anything that reaches the disk or the database.

/** `before` the step, `after` it, or in the middle of it where it writes. */
type Order = { steps: number; readonly when: 'before' | 'after' | 'middle' }

const armFile = `${process.argv[process.argv.indexOf('--config') + 1] ?? 'nothing'}.kill`
let order: Order | undefined

/** Whether this very step is the last. */
function isLast(): boolean {
  if (order === undefined && existsSync(armFile)) {
    const [steps = '1', when = 'before'] = readFileSync(armFile, 'utf8').trim().split(' ')
    order = { steps: Number(steps), when: when === 'after' || when === 'middle' ? when : 'before' }
    unlinkSync(armFile)
  }
  if (order === undefined) return false
  order.steps -= 1
  return order.steps === 0
}

function end(): void {
  process.kill(process.pid, 'SIGKILL')
}

type Step = (this: unknown, ...given: unknown[]) => unknown

function stepped(honest: Step, half?: (given: unknown[]) => unknown[]): Step {
  return function (this: unknown, ...given) {
    if (!isLast()) return honest.apply(this, given)
    if (order?.when === 'before' || (order?.when === 'middle' && half === undefined)) return end()
    const last = order?.when === 'middle' && half !== undefined ? half(given) : given
    const done = honest.apply(this, last)
    return Promise.resolve(done).then((value) => {
      end()
      return value
    })
  }
}

function replaceIn(target: object, name: string, half?: (given: unknown[]) => unknown[]): void {
  const honest: unknown = Reflect.get(target, name)
  if (typeof honest !== 'function') throw new Error(`no ${name} to kill at`)
  Reflect.set(
    target,
    name,
    stepped((...given) => Reflect.apply(honest, undefined, given), half),
  )
}

/** As above for methods, which need their `this`. */
function replaceMethod(target: object, name: string, half?: (given: unknown[]) => unknown[]): void {
  const honest: unknown = Reflect.get(target, name)
  if (typeof honest !== 'function') throw new Error(`no ${name} to kill at`)
  const step: Step = function (this: unknown, ...given) {
    return Reflect.apply(honest, this, given)
  }
  Reflect.set(target, name, stepped(step, half))
}

function halfOfText(given: unknown[]): unknown[] {
  const [text, ...rest] = given
  return typeof text === 'string' ? [text.slice(0, Math.floor(text.length / 2)), ...rest] : given
}

const probe = await promises.open('/dev/null', 'r')
const handle: object = Object.getPrototypeOf(probe)
await probe.close()
for (const name of ['rename', 'unlink', 'truncate']) replaceIn(promises, name)
for (const name of ['writeFile', 'appendFile']) replaceMethod(handle, name, halfOfText)
for (const name of ['sync', 'datasync', 'write']) replaceMethod(handle, name)
replaceMethod(Client.prototype, 'query')
syncBuiltinESMExports()
