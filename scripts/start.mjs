// `npm start`: the demo. Arguments go through: npm start -- --no-open
import './node-version.mjs'

const PARENT_POLL_MS = 500

// npm starts us through a shell that does not pass SIGTERM on: stopping npm must stop the demo too, not orphan it.
const parent = process.ppid
if (process.env.npm_lifecycle_event !== undefined && process.platform !== 'win32') {
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, PARENT_POLL_MS)
  watch.unref()
}

const { runParley } = await import('./run-parley.mjs')
await runParley(['demo', ...process.argv.slice(2)])
