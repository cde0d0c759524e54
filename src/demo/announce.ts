import { readDemoFile } from './demo-file.ts'
import type { DemoFolder } from './settings.ts'

/** The last thing a start prints: one block with every address, and what to do first. */
export function announce(output: NodeJS.WritableStream, folder: DemoFolder): void {
  const demo = readDemoFile(folder)
  const [person] = demo.bank.people
  const lines = [
    '',
    '  Parley is running.',
    '',
    `    Control room   ${demo.controlRoom}      start here`,
    `    Messenger      ${demo.messenger.ui}      write "hi", then "what's my balance?"`,
    `    Bank           ${demo.bank.issuer}`,
    `    Gateway        ${demo.gateway}`,
    `    Staff          ${demo.gateway}/staff/sign-in      work accounts: "staff" in demo.json`,
    ...(person === undefined ? [] : ['', `    Bank login     ${person.login} / ${person.password}   (${person.name})`]),
    '',
    `    Everything it keeps is in ${folder.root}; "./parley reset" forgets it. Ctrl-C stops.`,
    '',
  ]
  output.write(`${lines.join('\n')}\n`)
}
