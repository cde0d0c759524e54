import { unreachable } from '../kernel/index.ts'
import type { LinkRow } from './links-store.ts'

/** The page on which a visit goes on: the one place that knows the order of the pages. */
export function pathOf(link: Pick<LinkRow, 'step' | 'purpose' | 'draft'>): string {
  switch (link.step) {
    case 'offered':
    case 'opened':
      return link.purpose === 'recover' ? '/link/lost' : '/link/passkey'
    case 'signed-in':
      return link.purpose === 'change' ? '/link/change' : '/link/bank'
    case 'at-bank':
    case 'recover-at-bank':
      return '/link/depart'
    case 'choosing':
      if (link.draft.document !== undefined) return '/link/summary'
      return link.draft.accounts === undefined ? '/link/accounts' : '/link/sharing'
    case 'signed':
      return '/link/code'
    case 'recover-proven':
      return '/link/new-passkey'
    case 'recovering':
      return '/link/recovering'
    case 'confirmed':
    case 'done':
      return '/link/done'
    case 'void':
      return '/link/over'
    default:
      return unreachable(link.step)
  }
}
