import { html } from '../pages/index.ts'
import type { Html } from '../pages/index.ts'
import type { Seen } from './last-seen.ts'
import { momentOf } from './staff-route.ts'
import type { StaffCall, StaffPageDeps } from './staff-route.ts'
import { staffWordsFor } from './staff-words.ts'

/** That what stands here could not be read now, and since when it is so; nothing where it is fresh. */
export function showStale(
  deps: Pick<StaffPageDeps, 'timeZone'>,
  { request }: Pick<StaffCall, 'request'>,
  seen: Pick<Seen<unknown>, 'checkedAt' | 'isStale'>,
): Html | undefined {
  if (!seen.isStale) return undefined
  const words = staffWordsFor(request)
  return html`<p class="note warn" role="status" data-stale>
    ${words.say('stale.note', { time: momentOf(deps, words, seen.checkedAt) })}
  </p>`
}
