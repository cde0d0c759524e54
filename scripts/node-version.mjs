// Imported first by everything a person starts. Nothing newer than Node 12 may be used here: an old Node must get this
// far and then read one plain line, not a stack trace.
const NEEDED = [20, 19]

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(`Parley needs Node ${NEEDED.join('.')} or newer; this is Node ${process.versions.node}.\n`)
  process.exit(1)
}
