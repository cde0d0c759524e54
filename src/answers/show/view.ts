import type { ChannelName } from '../../kernel/index.ts'
import type { AnswerDocument } from '../answer-document.ts'
import type { PlaceMaps } from './place-maps.ts'

/** What an opened page is made with. `reportUrl`: where wrong places are told, if anybody hears of them. */
export type AnswerView = {
  readonly maps: PlaceMaps
  readonly channel: ChannelName
  readonly reportUrl: string | undefined
}

/** What blocks of one bank's answer are shown with. */
export type BlockView = AnswerView & { readonly document: AnswerDocument }
