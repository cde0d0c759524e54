import { type HttpClient, type Logger, type Metrics, createHttpClient } from '../../platform/index.ts'

/** What the control room's clients stand on. */
export type CallDeps = { readonly logger: Logger; readonly metrics: Metrics }

/** What a sandbox's control API said: its status, and its JSON if it was any. */
export type ControlAnswer = { readonly status: number; readonly body: unknown }

/** One call to a control API. Throws the faults of `HttpClient.send` when the sandbox does not answer at all. */
export type ControlCall = (
  method: 'GET' | 'PUT' | 'POST',
  path: string,
  body?: object,
  patience?: 'patient',
) => Promise<ControlAnswer>

const quickMs = 3_000
/** A thief pays up to five times, and for each the bank waits two seconds at most. */
const patientMs = 15_000
/** The longest answer is a demo's card uses or messages, not a bank's. */
const bodyBytesMax = 8_388_608

/** A client of one sandbox's control API. The secret is read at each use: a sandbox makes it on its first start. */
export function controlCall(deps: CallDeps, origin: string, readSecret: () => string): ControlCall {
  const limits = { maxBodyBytes: bodyBytesMax, allowedOrigins: [origin] }
  const quick = createHttpClient(deps, { ...limits, deadlineMs: quickMs })
  const patient = createHttpClient(deps, { ...limits, deadlineMs: patientMs })
  return async (method, path, body, patience) => {
    const client: HttpClient = patience === 'patient' ? patient : quick
    const answer = await client.send({
      method,
      url: `${origin}/control${path}`,
      headers: { authorization: `Bearer ${readSecret()}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: readJson(answer.body.toString('utf8')) }
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // a body that is none, as a 204 has
  }
}
