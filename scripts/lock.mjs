// One preparer at a time for a clone. The lock is a folder that appears by rename, with its owner already written inside;
// it carries its own .gitignore, so a lock left behind by a crash never shows up in `git status`.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { PreparingFailed } from './step.mjs'

const POLL_MS = 200
/** A cold install on a slow line takes minutes; past this the holder is stuck and a person should look. */
const WAIT_MS_MAX = 15 * 60_000
const HEARTBEAT_MS = 2_000
/** A holder on another machine (a shared folder) cannot be asked by pid; silence this long means it is gone. */
const SILENCE_MS_MAX = 60_000

/**
 * Runs the work while holding the clone's lock; waits for another holder, takes over from a dead one.
 * Ctrl-C and SIGTERM give the lock back before the process ends.
 * @template T
 * @param {string} root folder of package.json
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(root, work) {
  const lock = join(root, '.prepare.lock')
  await acquire(lock)
  const heartbeat = setInterval(() => touch(lock), HEARTBEAT_MS)
  heartbeat.unref()
  const release = () => {
    clearInterval(heartbeat)
    if (readOwner(lock)?.pid === process.pid) rmSync(lock, { recursive: true, force: true })
  }
  // exit() runs the exit listeners, which stop child processes and give the lock back.
  const onInterrupt = () => process.exit(130)
  const onTerminate = () => process.exit(143)
  process.once('SIGINT', onInterrupt)
  process.once('SIGTERM', onTerminate)
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.off('SIGINT', onInterrupt)
    process.off('SIGTERM', onTerminate)
    process.off('exit', release)
    release()
  }
}

async function acquire(lock) {
  const giveUpAt = performance.now() + WAIT_MS_MAX
  let told = false
  while (!tryCreate(lock)) {
    if (removeIfAbandoned(lock)) continue
    const owner = readOwner(lock)
    if (!told) process.stderr.write(`  waiting for another start in this folder (process ${owner?.pid ?? 'unknown'})\n`)
    told = true
    if (performance.now() > giveUpAt) {
      throw new PreparingFailed(`Process ${owner?.pid} has been preparing for too long. If it is gone, delete ${lock}`)
    }
    await wait(POLL_MS)
  }
}

function tryCreate(lock) {
  const draft = `${lock}.${process.pid}`
  try {
    rmSync(draft, { recursive: true, force: true })
    mkdirSync(draft, { mode: 0o755 })
  } catch (error) {
    throw new PreparingFailed(`Parley has to install or build here, but cannot write to this folder: ${error.message}`)
  }
  writeFileSync(join(draft, '.gitignore'), '*\n')
  writeFileSync(join(draft, 'owner.json'), JSON.stringify({ pid: process.pid, host: hostname() }))
  try {
    renameSync(draft, lock) // fails when the lock exists, because it is a folder that is not empty
    return true
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    if (['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES'].includes(error.code)) return false
    throw error
  }
}

/** Moves an abandoned lock aside. Says whether the caller may try again at once. */
function removeIfAbandoned(lock) {
  const owner = readOwner(lock)
  if (owner === undefined || !isAbandoned(lock, owner)) return false
  const aside = `${lock}.abandoned.${process.pid}`
  try {
    renameSync(lock, aside)
  } catch {
    return true // someone else was faster
  }
  const moved = readOwner(aside)
  if (moved?.pid !== owner.pid || moved?.host !== owner.host) {
    // Between our look and our rename a live process took it: give it back.
    renameSync(aside, lock)
    return false
  }
  rmSync(aside, { recursive: true, force: true })
  return true
}

function isAbandoned(lock, owner) {
  if (owner.host === hostname() && !isAlive(owner.pid)) return true
  const heardAt = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
  return Date.now() - heardAt > SILENCE_MS_MAX
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function readOwner(lock) {
  try {
    return JSON.parse(readFileSync(join(lock, 'owner.json'), 'utf8'))
  } catch {
    return undefined // gone meanwhile
  }
}

function touch(lock) {
  try {
    utimesSync(lock, new Date(), new Date())
  } catch (error) {
    if (error.code !== 'ENOENT') throw error // removed under us: the next start sees a half-done step and redoes it
  }
}
