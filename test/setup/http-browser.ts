import { type IncomingMessage, request as httpRequest } from 'node:http'

/** A page as a browser without script has it after redirects. */
export type BrowserPage = { readonly url: string; readonly status: number; readonly text: string }

/**
 * A browser without rendering or script that behaves as one towards servers: cookies by host with their SameSite rules,
 * redirects, `meta refresh`, `Sec-Fetch-*`, `Origin` and the user agent of a real one.
 */
export type HttpBrowser = {
  /** Typed into the address bar or opened from another program. */
  open(url: string): Promise<BrowserPage>
  /** A link on a page. */
  follow(from: BrowserPage, url: string): Promise<BrowserPage>
  /** A form that is sent as a navigation. */
  submit(from: BrowserPage, action: string, fields: readonly (readonly [string, string])[]): Promise<BrowserPage>
  /** What a script of the page fetches from its own origin; gives parsed JSON. */
  post(from: BrowserPage, url: string): Promise<unknown>
  /** Its cookies by name, for another browser of the same person. */
  cookies(): ReadonlyMap<string, string>
}

type Cookie = { readonly value: string; readonly path: string; readonly sameSite: string }
type Step = {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly body?: string
  /** Where the navigation began; undefined: the address bar. */
  readonly from: string | undefined
  readonly mode: 'navigate' | 'cors'
}

/** Redirects that one navigation takes at most before the test calls it a loop. */
const stepsMax = 20
/** Bytes and time one answer may have. */
const deadlineMs = 30_000

/** A new browser without cookies. */
export function createHttpBrowser(
  options: { readonly language?: string; readonly localAddress?: string } = {},
): HttpBrowser {
  const jar = new Map<string, Cookie>()

  async function go(first: Step): Promise<BrowserPage> {
    let step = first
    for (let count = 0; count < stepsMax; count += 1) {
      const answer = await send(step)
      const onward = redirectOf(answer, step.url)
      if (onward === undefined) return { url: step.url, status: answer.status, text: answer.text }
      const keepsMethod = answer.status === 307 || answer.status === 308
      step = keepsMethod ? { ...step, url: onward } : { url: onward, method: 'GET', from: step.url, mode: 'navigate' }
    }
    throw new Error('redirected without end')
  }

  async function send(step: Step): Promise<Answer> {
    const url = new URL(step.url)
    const site = step.from === undefined ? 'none' : relation(step.from, step.url)
    const headers: Record<string, string> = {
      'user-agent':
        'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36',
      accept: step.mode === 'navigate' ? 'text/html,*/*;q=0.8' : 'application/json',
      'accept-language': options.language ?? 'en',
      'sec-fetch-site': site,
      'sec-fetch-mode': step.mode,
      'sec-fetch-dest': step.mode === 'navigate' ? 'document' : 'empty',
    }
    const cookies = cookiesFor(url, site, step)
    if (cookies !== '') headers['cookie'] = cookies
    // Our pages are no-referrer, so a form of theirs says `Origin: null`; a script's own fetch names it.
    if (step.method === 'POST') headers['origin'] = step.mode === 'cors' ? url.origin : 'null'
    if (step.body !== undefined) headers['content-type'] = 'application/x-www-form-urlencoded'
    const answer = await exchange(url, {
      method: step.method,
      headers,
      body: step.body,
      localAddress: options.localAddress,
    })
    for (const cookie of answer.setCookies) keep(url.hostname, cookie)
    return answer
  }

  function cookiesFor(url: URL, site: string, step: Step): string {
    return [...jar]
      .filter(([key, cookie]) => {
        const fits = key.startsWith(`${url.hostname}|`) && isBelow(url.pathname, cookie.path)
        if (!fits || site !== 'cross-site') return fits
        return cookie.sameSite === 'none' || (cookie.sameSite === 'lax' && step.method === 'GET')
      })
      .map(([key, cookie]) => `${key.split('|')[1]}=${cookie.value}`)
      .join('; ')
  }

  function keep(host: string, text: string): void {
    const [pair = '', ...attributes] = text.split(/;\s*/)
    const at = pair.indexOf('=')
    const attribute = (name: string): string | undefined =>
      attributes.find((one) => one.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1)
    const path = attribute('path') ?? '/'
    const key = `${host}|${pair.slice(0, at)}|${path}`
    const value = pair.slice(at + 1)
    const over = value === '' || attribute('max-age') === '0' || isPast(attribute('expires'))
    if (over) jar.delete(key)
    else jar.set(key, { value, path, sameSite: attribute('samesite')?.toLowerCase() ?? 'lax' })
  }

  return {
    open: (url) => go({ url, method: 'GET', from: undefined, mode: 'navigate' }),
    follow: (from, url) => go({ url: new URL(url, from.url).href, method: 'GET', from: from.url, mode: 'navigate' }),
    submit: (from, action, fields) =>
      go({
        url: new URL(action, from.url).href,
        method: 'POST',
        body: new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])).toString(),
        from: from.url,
        mode: 'navigate',
      }),
    async post(from, url) {
      const target = new URL(url, from.url).href
      const answer = await send({ url: target, method: 'POST', from: from.url, mode: 'cors' })
      if (answer.status !== 200)
        throw new Error(`POST ${new URL(target).pathname} gave ${answer.status}: ${answer.text}`)
      const value: unknown = JSON.parse(answer.text)
      return value
    },
    cookies: () => new Map([...jar].map(([key, { value }]) => [key.split('|')[1] ?? '', value])),
  }
}

type Answer = {
  readonly status: number
  readonly text: string
  readonly location: string | undefined
  readonly setCookies: readonly string[]
}

type Exchange = {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  readonly localAddress: string | undefined
}

function exchange(url: URL, { method, headers, body, localAddress }: Exchange): Promise<Answer> {
  const length = { 'content-length': String(Buffer.byteLength(body ?? '')) }
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      url,
      { method, headers: { ...headers, ...length }, timeout: deadlineMs, localAddress, family: 4 },
      (response) => void readAnswer(response).then(resolve, reject),
    )
    request.once('timeout', () => request.destroy(new Error(`no answer from ${url.origin}${url.pathname}`)))
    request.once('error', reject)
    request.end(body)
  })
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(Buffer.from(chunk))
  return {
    status: response.statusCode ?? 0,
    text: Buffer.concat(chunks).toString('utf8'),
    location: response.headers.location,
    setCookies: response.headers['set-cookie'] ?? [],
  }
}

function redirectOf(answer: Answer, url: string): string | undefined {
  if (answer.location !== undefined) return new URL(answer.location, url).href
  const refresh = /http-equiv="refresh" content="0; ?url=([^"]+)"/i.exec(answer.text)?.[1]
  return refresh === undefined ? undefined : new URL(refresh.replaceAll('&amp;', '&'), url).href
}

/** What a browser says of where a request comes from. Ports of one host are one site; localhost and 127.0.0.1 are two. */
function relation(from: string, to: string): 'same-origin' | 'same-site' | 'cross-site' {
  const [a, b] = [new URL(from), new URL(to)]
  if (a.origin === b.origin) return 'same-origin'
  return a.hostname === b.hostname ? 'same-site' : 'cross-site'
}

function isBelow(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`)
}

function isPast(expires: string | undefined): boolean {
  return expires !== undefined && Date.parse(expires) < Date.now()
}
