import { describe, expect, jest, test } from '@jest/globals'
import { play, STORIES, type Story } from './play.ts'
import { LIMITS, violations } from './verdict.ts'
import type { World } from './world.ts'

jest.setTimeout(60_000)

const problemsOf = (story: Story, world: World, title: string, tellings = 1): readonly string[] => {
  const states = world.rows().map(({ state }) => state)
  const strange = states.filter(state => state !== story.ends).map(state => `a row ended as ${state}`)
  return [...violations(world, { ...LIMITS, tellings }), ...strange].map(problem => `${title}: ${problem}`)
}

const callsOf = async (story: Story): Promise<number> => (await play(story)).wire.calls.length

describe.each(Object.values<Story>(STORIES))('$title', story => {
  test('ends as it should wherever the function dies, and is told once', async () => {
    const problems: string[] = []
    for (let index = 0; index < (await callsOf(story)); index += 1)
      problems.push(...problemsOf(story, await play(story, [], { diesAfter: [index] }), `dies after call ${index}`))
    expect(problems).toEqual([])
  })

  test('ends as it should wherever it dies twice', async () => {
    const problems: string[] = []
    for (let first = 0; first < (await callsOf(story)); first += 1) {
      const once = await play(story, [], { diesAfter: [first] })
      for (let second = first + 1; second < once.wire.calls.length; second += 1) {
        const world = await play(story, [], { diesAfter: [first, second] })
        problems.push(...problemsOf(story, world, `dies after call ${first}, then ${second}`))
      }
    }
    expect(problems).toEqual([])
  })

  test('is told twice only if it dies after SNS took it, and SNS is slow to bring it back', async () => {
    const problems: string[] = []
    const slow = { confirmSeconds: 200 }
    const calls = (await play(story)).wire.calls
    for (let index = 0; index < calls.length; index += 1) {
      const world = await play(story, [], { ...slow, diesAfter: [index] })
      const isPublished = calls.slice(0, index + 1).includes('PublishCommand')
      problems.push(...problemsOf(story, world, `dies after call ${index}`, isPublished ? 2 : 1))
    }
    expect(problems).toEqual([])
  })
})
