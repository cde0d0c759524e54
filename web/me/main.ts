import { enhancePasskeyForms } from '../shared/passkey-forms.ts'
import { announceDone } from './announce-done.ts'
import { lookAgain } from './look-again.ts'

enhancePasskeyForms()
announceDone()
lookAgain()
