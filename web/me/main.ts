import { enhancePasskeyForms } from '../shared/passkey-forms.ts'
import { announceDone } from './announce-done.ts'
import { lookAgain } from './look-again.ts'
import { tellBrowser } from './tell-browser.ts'

enhancePasskeyForms()
announceDone()
lookAgain()
tellBrowser()
