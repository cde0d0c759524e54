import { Secret } from '../../kernel/index.ts'
import { platformFault } from '../fault.ts'

/** How the server proves who it is: not at all on a socket, else by a certificate the system trusts. */
export type TlsMode = 'off' | 'verify'

/** Where a database is and as whom to log in. `host` beginning with `/` is the folder of a unix socket. */
export type ConnectionConfig = {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password?: Secret<string>
  readonly tls?: TlsMode
}

/**
 * Reads `postgres://user:password@host:port/database?sslmode=…`; `?host=/folder` names a unix socket. Off loopback,
 * TLS is on unless `sslmode=disable` says otherwise. Throws a fault whose message does not repeat the URL.
 */
export function readConnectionUrl(text: string): ConnectionConfig {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol)) throw platformFault('platform/database-url')
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname)
  const user = decodeURIComponent(url.username)
  if (host === '' || user === '') throw platformFault('platform/database-url')
  return {
    host,
    port: url.port === '' ? 5432 : Number(url.port),
    database: decodeURIComponent(url.pathname.slice(1)) || user,
    user,
    ...(url.password === '' ? {} : { password: new Secret(decodeURIComponent(url.password)) }),
    tls: isLocal(host) || url.searchParams.get('sslmode') === 'disable' ? 'off' : 'verify',
  }
}

/** The URL that {@link readConnectionUrl} reads; a socket's folder stands in `host=`. It holds the password. */
export function writeConnectionUrl(connection: ConnectionConfig): Secret<string> {
  const url = new URL('postgres://localhost/')
  url.username = encodeURIComponent(connection.user)
  url.password = encodeURIComponent(connection.password?.reveal() ?? '')
  url.port = String(connection.port)
  url.pathname = `/${encodeURIComponent(connection.database)}`
  if (connection.host.startsWith('/')) url.searchParams.set('host', connection.host)
  else url.hostname = connection.host
  if (connection.tls === 'off' && !isLocal(connection.host)) url.searchParams.set('sslmode', 'disable')
  return new Secret(url.href)
}

function isLocal(host: string): boolean {
  return host.startsWith('/') || ['localhost', '127.0.0.1', '::1', '[::1]'].includes(host)
}

/** The same server and database, as another login. */
export function asLogin(connection: ConnectionConfig, user: string, password: Secret<string>): ConnectionConfig {
  return { ...connection, user, password }
}

/** The same server and login, another database. */
export function inDatabase(connection: ConnectionConfig, database: string): ConnectionConfig {
  return { ...connection, database }
}
