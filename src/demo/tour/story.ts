import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'

type Scene = { readonly title: string; readonly words: string; readonly picture: string; readonly wide: boolean }

/** A story in pictures: scenes are added while it is played, and written as one HTML file at the end. */
export type Story = {
  /** Takes a picture of what a page shows and puts it under a title with a sentence. */
  scene(page: Page, title: string, words: string): Promise<void>
  /** Puts two scenes side by side into one picture of this name. */
  pair(browser: Browser, file: string, titles: readonly [string, string]): Promise<void>
  /** Frames one scene of a wide page as a picture of this name; nothing when it was not played. */
  single(browser: Browser, file: string, title: string): Promise<void>
  /** Where to put a file that the story leaves behind. */
  path(file: string): string
  /** Writes `index.html` (all pictures inside) and each picture as a file; gives the page's path. */
  write(): string
}

/** Starts a story that will be written to this folder. */
export function startStory(outDir: string): Story {
  const scenes: Scene[] = []
  mkdirSync(outDir, { recursive: true })
  return {
    async scene(page, title, words) {
      // Where the mouse was left is nobody's business: nothing should look as if it were being pointed at.
      await page.mouse.move(0, 0)
      const picture = await page.screenshot({ type: 'png', animations: 'disabled' })
      const wide = (page.viewportSize()?.width ?? 0) > 600
      scenes.push({ title, words, picture: picture.toString('base64'), wide })
      writeFileSync(join(outDir, `${String(scenes.length).padStart(2, '0')}-${slug(title)}.png`), picture)
    },
    path: (file) => join(outDir, file),
    async single(browser, file, title) {
      const scene = scenes.find((each) => each.title === title)
      if (scene === undefined) return
      const page = await browser.newPage({ viewport: { width: 1000, height: 652 }, deviceScaleFactor: 1 })
      await page.setContent(frameText([scene], 'width: 944px; height: 590px'))
      await page.screenshot({ path: join(outDir, file), animations: 'disabled' })
      await page.close()
    },
    async pair(browser, file, titles) {
      const page = await browser.newPage({ viewport: { width: 860, height: 900 }, deviceScaleFactor: 1 })
      const pictures = titles.flatMap((title) => scenes.filter((scene) => scene.title === title).slice(0, 1))
      await page.setContent(frameText(pictures, 'width: 390px; height: 844px'))
      await page.screenshot({ path: join(outDir, file), animations: 'disabled' })
      await page.close()
    },
    write() {
      const file = join(outDir, 'index.html')
      writeFileSync(file, storyText(scenes))
      return file
    },
  }
}

function slug(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}

function storyText(scenes: readonly Scene[]): string {
  const parts = scenes.map(
    ({ title, words, picture, wide }, index) => `<section${wide ? ' class="wide"' : ''}>
<div><h2>${index + 1}. ${safe(title)}</h2><p>${safe(words)}</p></div>
<img alt="Screenshot: ${safe(title)}" src="data:image/png;base64,${picture}">
</section>`,
  )
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parley: the story in pictures</title><style>
:root { color-scheme: light dark; --bg: #F5F7F6; --ink: #14201C; --muted: #4A5A54; --line: #D3DCD8; }
@media (prefers-color-scheme: dark) { :root { --bg: #0F1513; --ink: #E8EFEC; --muted: #A9B8B2; --line: #2D3A35; } }
body { margin: 0; background: var(--bg); color: var(--ink); font: 17px/1.5 system-ui, sans-serif; }
main { max-width: 960px; margin: 0 auto; padding: 24px 16px; } h1 { font-size: 36px; line-height: 1.15; margin: 0 0 8px; }
section { display: flex; flex-wrap: wrap; gap: 24px; padding: 32px 0; border-top: 1px solid var(--line); }
section > div { flex: 1 1 260px; } h2 { font-size: 24px; margin: 0 0 8px; } p { color: var(--muted); margin: 0; max-width: 34em; }
img { width: 320px; max-width: 100%; height: auto; align-self: flex-start; border: 1px solid var(--line); border-radius: 12px; }
.wide img { width: 100%; }
</style></head><body><main><h1>Parley, step by step</h1>
<p>Played by a browser against a demo on one computer. The bank, the messenger and the people are made up; the protocols are real.</p>
${parts.join('\n')}
</main></body></html>
`
}

function frameText(pictures: readonly Scene[], size: string): string {
  const images = pictures.map(({ picture }) => `<img alt="" src="data:image/png;base64,${picture}">`)
  return `<!doctype html><style>
body { margin: 0; display: flex; gap: 28px; justify-content: center; align-items: center; height: 100vh; background: #DDEFE9; }
img { ${size}; border-radius: 20px; box-shadow: 0 6px 24px rgb(20 32 28 / 25%); }
</style>${images.join('')}`
}

function safe(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
