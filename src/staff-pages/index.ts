export type { EntryDeps } from './entry-tools.ts'
export { addStaffPages } from './staff-pages.ts'
export { type StaffFrame, type StaffPlace, staffFrame } from './frame.ts'
export { type Seen, createLastSeen, ownScopeOf, scopeOf } from './last-seen.ts'
export { showStale } from './show-stale.ts'
export {
  type StaffCall,
  type StaffPageDeps,
  type StaffTools,
  forStaff,
  limited,
  limitedPasskey,
  momentOf,
  staffPageLimits,
} from './staff-route.ts'
