/** Who asks, as the desk's functions of the database take it: a login, or a session of the staff's pages. */
export type AgentName = string

/**
 * An agent by the session of their page: the database resolves it, each time, so a page cannot speak for anybody else. No login looks like it.
 */
export function agentOfSession(hash: Uint8Array): AgentName {
  return `session:${Buffer.from(hash).toString('hex')}`
}
