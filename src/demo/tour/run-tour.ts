import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { launchChromium } from '../chromium.ts'
import { readDemoFile } from '../demo-file.ts'
import { demoPortDefault } from '../ports.ts'
import { type RunningDemo, startDemo } from '../run-demo.ts'
import { type DemoFolder, demoFolder } from '../settings.ts'
import { terminalSteps } from '../steps.ts'
import { playChapters } from './chapters.ts'
import { startStory } from './story.ts'

/** What the command line may say about a tour. */
export type TourOptions = {
  /** The data folder of a running demo; undefined: start a fresh one for the tour and throw it away. */
  readonly dataDir: string | undefined
  readonly outDir: string
}

// A log in use beats once a minute. Nobody should watch a minute pass to see a proof; the story says that this one hurries.
const tourBeatSeconds = 2

/**
 * `parley tour`: plays the story in a headless Chromium with a virtual passkey device, prints the conversation as it
 * happens and writes a picture story. Resolves with the exit code.
 */
export async function runTour(options: TourOptions): Promise<number> {
  const { folder, stop } = await findDemo(options.dataDir)
  try {
    const browser = await launchChromium({ headless: true })
    try {
      const story = startStory(resolve(options.outDir))
      await playChapters({ browser, demo: readDemoFile(folder), story, output: process.stdout })
      process.stdout.write(`\n  The story with its pictures: ${story.write()}\n`)
    } finally {
      await browser.close()
    }
    return 0
  } finally {
    await stop()
  }
}

async function findDemo(
  dataDir: string | undefined,
): Promise<{ readonly folder: DemoFolder; readonly stop: () => Promise<void> }> {
  if (dataDir !== undefined) return { folder: demoFolder(resolve(dataDir)), stop: () => Promise.resolve() }
  const fresh = mkdtempSync(join(tmpdir(), 'parley-tour-'))
  const demo: RunningDemo = await startDemo(
    {
      dataDir: fresh,
      portBase: demoPortDefault,
      open: false,
      practiceBrowser: false,
      seed: true,
      ofx: [],
      messengerGraphUrl: undefined,
      bankIssuer: undefined,
      databaseUrl: undefined,
      beatSeconds: tourBeatSeconds,
    },
    terminalSteps(process.stderr),
  )
  return {
    folder: demo.folder,
    async stop() {
      await demo.stop()
      rmSync(fresh, { recursive: true, force: true })
    },
  }
}
