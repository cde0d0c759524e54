import { Fault } from '../kernel/index.ts'
import type { PlatformCode } from './codes.ts'

/** What to do about faults that an operator meets at a terminal, one plain line each. */
const sentences: { readonly [Code in PlatformCode]?: string } = {
  'platform/database-unavailable': 'The database does not answer. Is it running, and is DATABASE_URL right?',
  'platform/login-refused':
    'The database refused the login. Run `parley migrate` with the passwords of this configuration.',
  'platform/login-missing': 'A login is missing in the database. Run `parley migrate` first.',
  'platform/login-password': 'A password is too short or not plain ASCII: 12 to 200 printable characters, no spaces.',
  'platform/database-url': 'DATABASE_URL is not of the form postgres://user:password@host:port/database.',
  'platform/postgres-binaries-missing':
    'PostgreSQL’s programs cannot be run. Run `npm ci` without --omit=optional, or set DATABASE_URL to a server.',
  'platform/postgres-binaries-unsafe':
    'The copied PostgreSQL programs can be changed by others. Delete that folder and start again.',
  'platform/postgres-folder-broken':
    'The database’s data folder is damaged or not one of ours. Restore it, or `parley reset`.',
  'platform/postgres-folder-newer': 'The data folder was made by a newer PostgreSQL than this one.',
  'platform/postgres-folder-older':
    'The data folder was made by an older PostgreSQL. Dump it with that version and restore it.',
  'platform/postgres-folder-unreachable':
    'The server’s own account cannot reach the data folder. Move it out of private folders.',
  'platform/postgres-folder-in-use': 'Another process is starting or holding the database in this data folder.',
  'platform/postgres-no-account':
    'Running as root, but there is no account `parley` or `nobody` for the database server.',
  'platform/postgres-password':
    'A running server in this data folder does not know our password. Stop it, then start again.',
  'platform/postgres-start-failed': 'PostgreSQL did not start. Its reason is in postgres.log in the data folder.',
  'platform/postgres-init-failed': 'The data folder could not be made. Is there space, and may we write there?',
  'platform/postgres-socket-path-too-long': 'The system’s folder for temporary files has too long a name for a socket.',
  'platform/migration-changed':
    'A migration that was applied is not the file it was. Put the old file back; changes go into a new one.',
  'platform/migration-missing': 'A migration is missing, or the database was made by a newer Parley.',
  'platform/migration-failed': 'A migration failed and left nothing of itself behind.',
}

/** One line for the terminal about a fault of this module; undefined for anything else. */
export function explainFault(thrown: unknown): string | undefined {
  if (!(thrown instanceof Fault)) return undefined
  const known: Readonly<Record<string, string | undefined>> = sentences
  return known[thrown.code]
}
