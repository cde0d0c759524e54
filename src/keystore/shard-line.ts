import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { keyRecord } from './key-records.ts'
import type { KeyRecord } from './key-records.ts'
import type { RootKey } from './root-key.ts'

// A line is `<root version> <mark> <JSON list of records>`. The mark is an HMAC under the root key over shard and JSON, so
// nobody without that key can add a passkey to a file, or move a line to another shard.

const markBytes = 16
const lineShape = /^(\d{1,9}) ([\w-]{22}) (\[.*\])$/
const records = z.array(keyRecord).min(1)

/** The text of one line, line feed included. What commits together stands in one line: all of it counts or none. */
export function writeLine(root: RootKey, shard: string, batch: readonly KeyRecord[]): string {
  const json = JSON.stringify(batch)
  return `${root.version} ${markOf(root, shard, json).toString('base64url')} ${json}\n`
}

/** The records of one line (without its line feed); undefined when it is not, byte for byte, one that we wrote. */
export function readLine(root: RootKey, shard: string, line: string): readonly KeyRecord[] | undefined {
  const [, version, mark = '', json = ''] = lineShape.exec(line) ?? []
  if (Number(version) !== root.version) return undefined
  const given = Buffer.from(mark, 'base64url')
  if (given.length !== markBytes || !timingSafeEqual(given, markOf(root, shard, json))) return undefined
  return records.parse(JSON.parse(json))
}

/** Under which version of the root key a file's first line says it was written; undefined when it says nothing. */
export function versionOf(bytes: Buffer): number | undefined {
  const [, version] = /^(\d{1,9}) /.exec(bytes.subarray(0, 10).toString('latin1')) ?? []
  return version === undefined ? undefined : Number(version)
}

function markOf(root: RootKey, shard: string, json: string): Buffer {
  return createHmac('sha256', root.mark).update(`${shard}\n${json}`, 'utf8').digest().subarray(0, markBytes)
}
