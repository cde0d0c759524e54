import { followLive } from './follow-live.ts'
import { pressWithoutLeaving } from './press-without-leaving.ts'

// Without this script every button works as well, with a page that loads anew.
const room = followLive()
pressWithoutLeaving(room)
