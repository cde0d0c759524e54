import { html } from './html.ts'
import type { Html } from './html.ts'

/** Login name and password, as every sign-in of the bank asks for them. */
export function loginFields(page: { readonly problem?: string; readonly login?: string }): Html {
  return html`<label for="login">Login name</label>
    <input
      id="login"
      name="login"
      type="text"
      autocomplete="username"
      autocapitalize="none"
      spellcheck="false"
      required
      maxlength="100"
      value="${page.login ?? ''}"
      ${page.problem === undefined ? undefined : html`aria-describedby="problem"`}
    />
    <label for="password">Password</label>
    <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="200" />`
}
