import { enhancePasskeyForms } from '../shared/passkey-forms.ts'

// The page's bytes are the same for every link, so where the form goes comes from the address.
for (const form of document.querySelectorAll<HTMLFormElement>('form[data-open]')) {
  form.action = `${location.pathname}/open`
}
enhancePasskeyForms()
