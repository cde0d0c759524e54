import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { answerQuestions } from '../answers/questions.ts'
import type { ConversationId } from '../kernel/index.ts'
import { createStatsWorld } from '../../test/setup/stats-world.ts'
import type { StatsWorld } from '../../test/setup/stats-world.ts'
import { banks } from '../../test/setup/trust-world.ts'
import { noteAnswer } from './note-answer.ts'

let world: StatsWorld
beforeAll(async () => {
  world = await createStatsWorld()
})
afterAll(() => world.end())

test('every question that can be asked is of a kind that totals know, and no kind waits for a question', async () => {
  const answer = world.clone.connect('answer')
  for (const question of answerQuestions) {
    const { id, conversation } = await world.addCustomer()
    const noted = { customer: id, conversation: conversation as ConversationId, institutions: [banks.north], question }
    expect(await noteAnswer(answer, noted), question).toBe(1)
  }
  const { unused } = await world.clone.admin.one(
    z.object({ unused: z.array(z.string()).nullable() }),
    `SELECT array_agg(x.name) AS unused FROM statistics.cell x WHERE x.question = 'questions-by-kind'
       AND NOT EXISTS (SELECT FROM statistics.contribution c WHERE c.cell = x.name)`,
  )
  expect(unused).toBeNull()
})
