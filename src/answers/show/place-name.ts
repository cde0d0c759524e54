import type { PlaceUse } from '../block.ts'
import type { AnswerReader } from './reader.ts'

/** City, region and country, as far as the bank says. */
export function placeName(reader: AnswerReader, { city, region, country }: PlaceUse): string {
  return [city, region, country === undefined ? undefined : reader.country(country)]
    .filter((part) => part !== undefined)
    .join(', ')
}
