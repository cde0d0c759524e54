/**
 * Loads oidc-provider without its "unsupported runtime" notice: the versions this project pins are tested on Node 20 too,
 * and the bank's output is read by programs.
 */
export async function loadOidcProvider(): Promise<typeof import('oidc-provider')> {
  const warn = console.warn
  console.warn = (...parts: readonly unknown[]) => {
    if (!String(parts[0]).includes('Unsupported runtime')) warn(...parts)
  }
  try {
    return await import('oidc-provider')
  } finally {
    console.warn = warn
  }
}
