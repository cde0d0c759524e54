/** What the command line asks for. */
export type VerifyArgs = {
  /** Logs (`https://…/log`, a folder, a saved archive) and files, told apart by what is in them. */
  readonly what: readonly string[]
  /** Verifier keys, or files with one a line, got from somewhere else than what is checked. */
  readonly keys: readonly string[]
  /** Where the log that was verified is saved as one archive. */
  readonly save?: string
  /** The log is somebody else's, with entries of another form. */
  readonly anyLeaves?: boolean
  readonly json: boolean
}
