/** One configured value and where it came from; a secret's value is never here. */
export type ShownSetting = {
  /** `messenger.graphUrl`; of a list `institutions.0.name`. */
  readonly path: string
  /** Undefined: a secret, of which only this is told: whether it is set, and since when. */
  readonly value: string | undefined
  readonly from: 'environment' | 'file' | 'default'
  /** Of a secret and of a file with a key, when the file that holds it was last written, ms since 1970: how old it is at least. */
  readonly since: number | undefined
  /** Whose it is, where it is one bank's. */
  readonly institution: string | undefined
}
