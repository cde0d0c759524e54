import type { Cutoff } from '../consent/index.ts'
import { html } from '../pages/index.ts'
import type { Html, Words } from '../pages/index.ts'

/** How fast a cut-off took effect, how many people it reaches, and how many have been told: all found out afterwards. */
export function showReach(words: Words, { cutAt, reach }: Cutoff): Html {
  return html`<dt>${words.say('reach.effect')}</dt>
    <dd>${effect(words, cutAt, reach)}</dd>
    <dt>${words.say('reach.people')}</dt>
    <dd>${words.say(reach.countedAt === undefined ? 'reach.counting' : 'reach.counted', { count: reach.people })}</dd>
    <dt>${words.say('reach.told')}</dt>
    <dd>${words.say(reach.toldAt === undefined ? 'reach.telling' : 'reach.toldAll', { count: reach.told })}</dd>`
}

function effect(words: Words, cutAt: number, { countedAt, lastLookAt }: Cutoff['reach']): string {
  if (countedAt === undefined) return words.say('reach.checking')
  if (lastLookAt === undefined) return words.say('reach.atOnce')
  return words.say('reach.seconds', { seconds: Math.max(lastLookAt - cutAt, 1) / 1000 })
}
