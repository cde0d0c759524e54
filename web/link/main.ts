import { enhancePasskeyForms } from '../shared/passkey-forms.ts'

enhancePasskeyForms()
