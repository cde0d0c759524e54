import type { Preview } from './shown-message.ts'

const TEXT_MAX = 200

/** Finds title and Open Graph text of a page, for its preview card. Pure. */
export function readPreview(
  url: string,
  page: { readonly status: number; readonly type: string; readonly body: string },
): Preview {
  const html = page.type.includes('html') ? page.body : ''
  const head = new Map([...html.matchAll(/<meta\b([^>]*)>/gi)].map((match) => readMeta(match[1] ?? '')))
  const title = /<title\b[^>]*>([^<]*)<\/title>/i.exec(html)?.[1] ?? ''
  return {
    url,
    status: page.status,
    title: tidy(head.get('og:title') ?? title),
    description: tidy(head.get('og:description') ?? head.get('description') ?? ''),
    site: tidy(head.get('og:site_name') ?? (URL.canParse(url) ? new URL(url).host : '')),
  }
}

function readMeta(attributes: string): readonly [string, string] {
  const values = new Map<string, string>()
  for (const match of attributes.matchAll(/([a-z:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi)) {
    values.set((match[1] ?? '').toLowerCase(), match[2] ?? match[3] ?? match[4] ?? '')
  }
  return [(values.get('property') ?? values.get('name') ?? '').toLowerCase(), values.get('content') ?? '']
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

function tidy(text: string): string {
  const decoded = text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? whole
    const point = decimal === undefined ? parseInt(String(hex), 16) : Number(decimal)
    return point > 0 && point < 0x110000 ? String.fromCodePoint(point) : ''
  })
  return decoded.replace(/\s+/g, ' ').trim().slice(0, TEXT_MAX)
}
