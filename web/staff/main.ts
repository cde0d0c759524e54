import { enhancePasskeyForms } from '../shared/passkey-forms.ts'

// `/staff/enrol#login:code`: what stands behind # never leaves the browser. It fills the form and goes from the address.
const form = document.querySelector<HTMLFormElement>('form[data-enrol]')
const given = /^#([a-z0-9.-]{1,40}):([\w-]{8,128})$/.exec(location.hash)
if (form !== null && given !== null) {
  fill('login', given[1] ?? '')
  fill('code', given[2] ?? '')
  history.replaceState(null, '', location.pathname)
}
enhancePasskeyForms()

function fill(name: string, value: string): void {
  const field = form?.elements.namedItem(name)
  if (field instanceof HTMLInputElement) field.value = value
}
