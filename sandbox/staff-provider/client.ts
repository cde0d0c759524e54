/** The one client: Parley. */
export type Client = {
  readonly client_id: string
  readonly client_name: string
  readonly jwks: { readonly keys: readonly Record<string, unknown>[] }
  readonly redirect_uris: readonly string[]
}
