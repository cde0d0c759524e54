import type { FastifyRequest } from 'fastify'

const browsers = [
  ['edge', /\bEdg(?:e|A|iOS)?\//],
  ['opera', /\bOPR\//],
  ['firefox', /\b(?:Firefox|FxiOS)\//],
  ['chrome', /(?:Chrome|CriOS|Chromium)\//],
  ['safari', /\bSafari\//],
] as const

const systems = [
  ['android', /\bAndroid\b/],
  ['ios', /\b(?:iPhone|iPad|iPod)\b/],
  ['windows', /\bWindows\b/],
  ['macos', /\bMac OS X\b/],
  ['linux', /\bLinux\b/],
] as const

/** What kind of browser asks, as coarse as a person tells their devices apart (`firefox-android`); for their own list. */
export function browserName(request: FastifyRequest): string {
  const agent = request.headers['user-agent'] ?? ''
  const browser = browsers.find(([, shape]) => shape.test(agent))?.[0] ?? 'other'
  const system = systems.find(([, shape]) => shape.test(agent))?.[0] ?? 'other'
  return `${browser}-${system}`
}
