/** Trusted Types (W3C), as far as this page needs them; the browser takes what a policy makes wherever it takes an address. */
type Policies = {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string }
}

declare global {
  var trustedTypes: Policies | undefined
}

/** The address of a script of our own, in the form that browsers with Trusted Types demand. Throws for any other address. */
export function ownScript(path: string): string {
  const policies = globalThis.trustedTypes
  const rules = {
    createScriptURL(url: string): string {
      if (!/^\/(?:assets\/verify-worker-[0-9a-f]+|verify\/offline|push-worker\/[a-z]{2})\.js$/.test(url))
        throw new TypeError('not our script')
      return url
    },
  }
  return (policies?.createPolicy(`parley-${path.replaceAll(/[^a-z]+/g, '-')}`, rules) ?? rules).createScriptURL(path)
}
