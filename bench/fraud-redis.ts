import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import type { CardUse } from '../src/fraud/index.ts'
import { watchMachine } from './measure/machine-load.ts'
import { connectRedis, type RedisClient } from './measure/redis-client.ts'
import { fillEngine, makeWindowUses, medianOf, timeEngine } from './measure/window-rounds.ts'
import { option, readOptions } from '../test/setup/read-options.ts'

/** The issue's. */
const timesRedisMin = 3
const perRound = 10_000
/** Uses under way at once: Redis need not wait for us. */
const underWay = 64

const options = readOptions({
  about: 'The fraud features of the same card uses, ours beside Redis over a unix socket.',
  options: {
    rounds: option.whole(5, 'rounds; medians count', 1),
    redis: option.words('PATH', '/usr/bin/redis-server', 'where Redis is'),
  },
})

/**
 * The same uses on Redis, which has to be installed (Debian: redis-server): a sorted set for each card and terminal, one Lua script a use that
 * adds it, drops what is too old and sums four windows of both, over a unix socket with 64 under way. Rounds alternate; medians of five.
 */
async function measure(): Promise<number> {
  if (!existsSync(options.redis)) {
    process.stderr.write(`fraud-redis needs Redis, and ${options.redis} is not there (--redis PATH)\n`)
    return 2
  }
  const { history, rounds } = makeWindowUses(options.rounds, perRound)
  const engine = fillEngine(history)
  const machine = watchMachine()
  const began = process.cpuUsage()
  const times = await withRedis(async (redis) => {
    const script = await redis.send('SCRIPT', 'LOAD', lua)
    await runAll(redis, String(script), history)
    const all: { engine: number; redis: number }[] = []
    for (const uses of rounds)
      all.push({ engine: timeEngine(engine, uses).clock, redis: await runAll(redis, String(script), uses) })
    return all
  })
  const used = process.cpuUsage(began)
  const timesRedis = medianOf(times.map((time) => time.redis / time.engine))
  const result = {
    bench: 'fraud-redis',
    microseconds: {
      engine: medianOf(times.map((time) => time.engine)),
      redis: medianOf(times.map((time) => time.redis)),
    },
    times: timesRedis,
    machine: machine((used.user + used.system) / 1e6),
    budget: timesRedisMin,
    held: timesRedis >= timesRedisMin,
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
  return result.held ? 0 : 1
}

/** Members are `amount:id`, scores milliseconds. Counts, sums and sums of squares of both owners, one window after the other. */
const lua = `
local out = {}
local now = tonumber(ARGV[1])
local from = { now - 3600000, now - 86400000, now - 604800000, now - 2592000000 }
for owner = 1, 2 do
  redis.call('ZADD', KEYS[owner], now, ARGV[2] .. ':' .. ARGV[3])
  redis.call('ZREMRANGEBYSCORE', KEYS[owner], '-inf', from[4])
  local all = redis.call('ZRANGE', KEYS[owner], 0, -1, 'WITHSCORES')
  local count, sum, squares = {0,0,0,0}, {0,0,0,0}, {0,0,0,0}
  for at = 1, #all, 2 do
    local amount = tonumber(string.match(all[at], '^%d+'))
    local time = tonumber(all[at + 1])
    for window = 1, 4 do
      if time > from[window] then
        count[window] = count[window] + 1
        sum[window] = sum[window] + amount
        squares[window] = squares[window] + amount * amount
      end
    end
  end
  for window = 1, 4 do
    out[#out + 1] = count[window]
    out[#out + 1] = sum[window]
    out[#out + 1] = tostring(squares[window])
  end
end
return out`

/** Microseconds of the clock a use. */
async function runAll(redis: RedisClient, script: string, uses: readonly CardUse[]): Promise<number> {
  const began = performance.now()
  for (let at = 0; at < uses.length; at += underWay) await Promise.all(uses.slice(at, at + underWay).map(one))
  return ((performance.now() - began) * 1000) / uses.length

  function one({ customer, terminal, atMs, amountMinor, id }: CardUse): Promise<unknown> {
    return redis.send('EVALSHA', script, '2', customer, terminal, String(atMs), String(amountMinor), id)
  }
}

async function withRedis<Result>(work: (redis: RedisClient) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-redis-'))
  const socket = join(folder, 'redis.sock')
  const settings = ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no', '--dir', folder]
  const server = spawn(options.redis, settings, { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  try {
    const until = performance.now() + startMsMax
    while (!existsSync(socket)) {
      if (performance.now() > until) throw new Error('Redis did not start')
      await pause(50)
    }
    const redis = await connectRedis(socket)
    const result = await work(redis)
    redis.close()
    return result
  } finally {
    server.kill()
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
}

const startMsMax = 10_000

process.exitCode = await measure()
