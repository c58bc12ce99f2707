import { FAULTS, type Fault } from '../../support/cloud/faults.ts'
import { aMachine, idOf } from './machines.ts'
import { aWorld, type Options, type World } from './world.ts'

/** A fault at one call, counted from 0. */
export type At = { readonly index: number; readonly call: string; readonly fault: Fault }

/** A launch whose stop was promised, and how it ends where nothing goes wrong. */
export type Course = {
  readonly title: string
  readonly ends: string
  readonly options?: Options
  /** What operators do after the launch was alerted. */
  readonly before?: (world: World) => Promise<unknown>
}

/** The record of a launch may not say that an instance is a Spot instance: EC2 does, when the stop is due. */
const becomesSpot = async ({ known }: World): Promise<void> => {
  const { described } = aMachine(idOf(0), { InstanceLifecycle: 'spot' })
  known.set(idOf(0), { described, spotRequest: 'persistent' })
}

export const COURSES = {
  stopped: { title: 'a stop', ends: 'STOPPED' },
  unnoticed: { title: 'a stop that EC2 does not notify of', ends: 'STOPPED', options: { noticesLost: true } },
  spot: { title: 'the stop of a Spot instance', ends: 'STOPPED', before: becomesSpot },
  protected: {
    title: 'the stop of a protected instance',
    ends: 'REFUSED',
    options: { machines: [{ ...aMachine(idOf(0)), isProtected: true }] },
  },
  whileDisabled: {
    title: 'a stop while stops are disabled',
    ends: 'REFUSED',
    before: world => world.operate.stops('off'),
  },
} as const satisfies Readonly<Record<string, Course>>

/** Plays a course to its end. */
export const play = async (content: Course, faults: readonly At[] = [], more: Options = {}): Promise<World> => {
  const faultAt = (_: string, index: number) => faults.find(each => each.index === index)?.fault
  const world = aWorld({ ...content.options, ...more, faultAt })
  await world.launch([idOf(0)])
  await content.before?.(world)
  await world.run()
  return world
}

/** Every fault at every call of a course that has been played, from a call on. */
export const everyFault = (world: World, from: number): readonly At[] =>
  world.aws.calls.flatMap((call, index) =>
    index < from ? [] : (FAULTS[call] ?? []).map((fault): At => ({ index, call, fault })),
  )
