/** Steps a browser takes at most before the test calls it a loop. */
const STEPS_MAX = 20

/** A page as the practice browser sees it. */
export type Page = { readonly url: string; readonly status: number; readonly text: string }

/** A browser without script or rendering: cookies, redirects, forms, meta refresh. */
export type CookieBrowser = {
  get(url: string): Promise<Page>
  /** Sends a form of the page, its hidden fields included. */
  submit(page: Page, action: string, fields: readonly (readonly [string, string])[]): Promise<Page>
}

/** Follows redirects until a page, or until the address starts with `stopAt` (which is not requested). */
export function createCookieBrowser(stopAt: string): CookieBrowser {
  const jar = new Map<string, { value: string; path: string }>()

  async function open(url: string, init: RequestInit): Promise<Page> {
    let next = { url, init }
    for (let step = 0; step < STEPS_MAX; step += 1) {
      if (next.url.startsWith(stopAt)) return { url: next.url, status: 0, text: '' }
      const response = await fetch(next.url, {
        ...next.init,
        redirect: 'manual',
        headers: { cookie: cookiesFor(next.url) },
      })
      keepCookies(response)
      const location = response.headers.get('location')
      const text = await response.text()
      if (location === null) {
        const refresh = /http-equiv="refresh" content="0; url=([^"]+)"/.exec(text)?.[1]
        if (refresh === undefined) return { url: next.url, status: response.status, text }
        next = { url: new URL(unescapeHtml(refresh), next.url).href, init: {} }
      } else {
        next = { url: new URL(location, next.url).href, init: {} }
      }
    }
    throw new Error('redirected without end')
  }

  function cookiesFor(url: string): string {
    const { pathname } = new URL(url)
    return [...jar]
      .filter(([, { path }]) => pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`))
      .map(([name, { value }]) => `${name.split('|')[0]}=${value}`)
      .join('; ')
  }

  function keepCookies(response: Response): void {
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = cookie.split(/;\s*/)
      const at = pair.indexOf('=')
      const path = attributes.find((each) => each.toLowerCase().startsWith('path='))?.slice(5) ?? '/'
      const value = pair.slice(at + 1)
      const key = `${pair.slice(0, at)}|${path}`
      if (value === '') jar.delete(key)
      else jar.set(key, { value, path })
    }
  }

  return {
    get: (url) => open(url, {}),
    submit(page, action, fields) {
      const form = page.text.split('<form').find((each) => each.includes(`/${action}"`))
      if (form === undefined) throw new Error(`no form ${action} on ${page.url} (${page.status})`)
      const target = /action="([^"]+)"/.exec(form)?.[1] ?? ''
      const hidden = [...(form.split('</form>')[0]?.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g) ?? [])]
      const body = new URLSearchParams([
        ...hidden.map(([, name = '', value = '']) => [name, value] as [string, string]),
        ...fields.map(([n, v]) => [n, v] as [string, string]),
      ])
      return open(new URL(target, page.url).href, { method: 'POST', body })
    },
  }
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
