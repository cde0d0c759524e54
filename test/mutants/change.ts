/** How one defence is taken away: in a copy of dist, or in a copy of the database (`@` is the roles' prefix). */
export type Change =
  | { readonly file: string; readonly from: string; readonly to: string }
  /** Puts another body in the place of an exported function; `to` is an expression that gives a function. */
  | { readonly file: string; readonly override: string; readonly to: string }
  | { readonly sql: string }
