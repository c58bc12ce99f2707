import { describe, expect, jest, test } from '@jest/globals'
import { COURSES, type Course, play } from './play.ts'
import { LIMITS, violations } from './verdict.ts'
import type { World } from './world.ts'

jest.setTimeout(60_000)

const problemsOf = (content: Course, world: World, title: string, alerts = 1): readonly string[] => {
  const states = world.rows().map(({ state }) => state)
  const strange = states.filter(state => state !== content.ends).map(state => `a row ended as ${state}`)
  return [...violations(world, { ...LIMITS, alerts }), ...strange].map(problem => `${title}: ${problem}`)
}

const callsOf = async (content: Course): Promise<number> => (await play(content)).aws.calls.length

describe.each(Object.values<Course>(COURSES))('$title', content => {
  test('ends as it should wherever the function dies, and is alerted once', async () => {
    const problems: string[] = []
    for (let index = 0; index < (await callsOf(content)); index += 1)
      problems.push(...problemsOf(content, await play(content, [], { diesAfter: [index] }), `dies after call ${index}`))
    expect(problems).toEqual([])
  })

  test('ends as it should wherever it dies twice', async () => {
    const problems: string[] = []
    for (let first = 0; first < (await callsOf(content)); first += 1) {
      const once = await play(content, [], { diesAfter: [first] })
      for (let second = first + 1; second < once.aws.calls.length; second += 1) {
        const world = await play(content, [], { diesAfter: [first, second] })
        problems.push(...problemsOf(content, world, `dies after call ${first}, then ${second}`))
      }
    }
    expect(problems).toEqual([])
  })

  test('is alerted twice only if the function dies after SNS accepted the alert, and SNS is slow to deliver it back', async () => {
    const problems: string[] = []
    const slow = { confirmSeconds: 200 }
    const calls = (await play(content)).aws.calls
    for (let index = 0; index < calls.length; index += 1) {
      const world = await play(content, [], { ...slow, diesAfter: [index] })
      const isPublished = calls.slice(0, index + 1).includes('PublishCommand')
      problems.push(...problemsOf(content, world, `dies after call ${index}`, isPublished ? 2 : 1))
    }
    expect(problems).toEqual([])
  })
})
