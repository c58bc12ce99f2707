import { describe, expect, jest, test } from '@jest/globals'
import { mapConcurrent } from '../../../functions/runtime/map-concurrent.ts'
import { STOP_ERRORS } from '../../../shared/aws/stop.ts'
import { FAULTS } from '../../support/cloud/faults.ts'
import { type At, COURSES, type Course, everyFault, play } from './play.ts'
import { LIMITS, violations } from './verdict.ts'
import type { World } from './world.ts'

jest.setTimeout(240_000)

const meaningOf = ({ fault }: At): string | undefined =>
  Object.hasOwn(STOP_ERRORS, fault.title) ? STOP_ERRORS[fault.title] : undefined

/** How else a stop may end that met this: EC2's refusals end it, everything else only delays it. */
const endingsOf = (at: At): readonly string[] => {
  const meaning = meaningOf(at)
  if (meaning === 'denied') return ['FAILED']
  return meaning === 'refused' ? ['REFUSED'] : []
}

const isAnswerOfSnsLost = ({ call, fault }: At): boolean => call === 'PublishCommand' && fault.done

const inWords = (faults: readonly At[]): string =>
  faults.map(({ index, call, fault }) => `${fault.title} at call ${index} (${call})`).join(', then ')

const problemsOf = (content: Course, world: World, faults: readonly At[]): readonly string[] => {
  const limits = { ...LIMITS, alerts: 1 + faults.filter(isAnswerOfSnsLost).length }
  const allowed = [content.ends, ...faults.flatMap(endingsOf)]
  const states = world.rows().map(({ state }) => state)
  const strange = states.filter(state => !allowed.includes(state)).map(state => `a row ended as ${state}`)
  return [...violations(world, limits), ...strange].map(problem => `${inWords(faults)}: ${problem}`)
}

test('every error that is documented for stopping has its meaning', () => {
  const documented = [
    'UnsupportedOperation',
    'OperationNotPermitted',
    'IncorrectInstanceState',
    'UnsupportedHibernationConfiguration',
    'DryRunOperation',
    'UnauthorizedOperation',
    'InvalidInstanceID.NotFound',
  ]
  expect(Object.keys(STOP_ERRORS)).toEqual(expect.arrayContaining(documented))
  // Throttling says nothing about the instance.
  expect(Object.keys(STOP_ERRORS)).not.toContain('RequestLimitExceeded')
})

test('every call that is made has errors to meet', async () => {
  const calls = new Set<string>()
  for (const content of Object.values(COURSES)) for (const call of (await play(content)).aws.calls) calls.add(call)
  expect([...calls].toSorted()).toEqual(Object.keys(FAULTS).toSorted())
})

describe.each(Object.values<Course>(COURSES))('$title', content => {
  test('ends as it should if nothing fails', async () => {
    const world = await play(content)
    expect(world.rows().map(({ state }) => state)).toEqual([content.ends, content.ends])
    expect(violations(world, LIMITS)).toEqual([])
  })

  test('ends well whatever error one call meets', async () => {
    const problems: string[] = []
    for (const one of everyFault(await play(content), 0))
      problems.push(...problemsOf(content, await play(content, [one]), [one]))
    expect(problems).toEqual([])
  })
})

test.each([COURSES.stopped, COURSES.whileDisabled])(
  '$title ends well whatever errors two calls meet, in every order',
  async content => {
    // Side by side: most of a play is the pause before a write is tried again.
    const firsts = everyFault(await play(content), 0)
    const pairs = await mapConcurrent(firsts, async first =>
      everyFault(await play(content, [first]), first.index + 1).map(second => [first, second] as const),
    )
    const plays = await mapConcurrent(pairs.flat(), async faults =>
      problemsOf(content, await play(content, faults), faults),
    )
    const problems = plays.flat()
    expect(problems.slice(0, 20)).toEqual([])
    expect(plays.length).toBeGreaterThan(1_000)
  },
)
