import type { ServerFolder } from './server-folder.ts'

/** How a server is tuned beyond its defaults. */
export type ServerTuning = {
  /** 128 MB unless given: small machines run the demo. */
  readonly sharedBuffersMb?: number
  readonly connectionsMax?: number
  /** False in tests only: a crash of the machine may then lose everything; a killed server still loses nothing. */
  readonly durable?: boolean
}

const port = 5432

/** Command-line settings of the server. Windows has no sockets of this form: a loopback port there. */
export function serverSettings(folder: ServerFolder, tuning: ServerTuning, tcpPort?: number): readonly string[] {
  const settings: Record<string, string | number> = {
    ...(tcpPort === undefined
      ? { listen_addresses: '', port, unix_socket_directories: folder.socket }
      : { listen_addresses: '127.0.0.1', port: tcpPort, unix_socket_directories: '' }),
    max_connections: tuning.connectionsMax ?? 120,
    shared_buffers: `${tuning.sharedBuffersMb ?? 128}MB`,
    // Acknowledged means on disk (promise P10).
    fsync: tuning.durable === false ? 'off' : 'on',
    synchronous_commit: 'on',
    full_page_writes: tuning.durable === false ? 'off' : 'on',
    password_encryption: 'scram-sha-256',
    // Job rows come and go by the thousand: the cleaner looks often and does not dawdle.
    autovacuum_naptime: '10s',
    autovacuum_max_workers: 2,
    checkpoint_timeout: '15min',
    max_wal_size: '1GB',
    // All statements are small: compiling them costs more than it gains, and helpers only take the other core.
    jit: 'off',
    max_parallel_workers_per_gather: 0,
    max_logical_replication_workers: 0,
    io_method: 'sync',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Statements, parameters and details could name people; codes and places do not.
    log_min_messages: 'warning',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_parameter_max_length_on_error: 0,
    log_statement: 'none',
    // A client that is gone must not keep a transaction, a lock or a worker's life.
    tcp_keepalives_idle: 30,
    client_connection_check_interval: process.platform === 'linux' ? '1s' : 0,
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
