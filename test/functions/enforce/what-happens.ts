import type { Machine } from '../../support/cloud/ec2.ts'
import { aMachine, idOf } from './machines.ts'
import { aWorld, type Options, type World } from './world.ts'

type Ending = { readonly state: string; readonly why: string }

export const endingsOf = (world: World): readonly Ending[] =>
  world.rows().map(({ state, history }) => ({ state, why: history.at(-1)?.why ?? '' }))

/** A launch that was alerted and promised a stop; what happens to it before the stop is due; and how that ends. */
export const whatHappens = async (happens: (world: World) => unknown, options: Options = {}): Promise<World> => {
  const world = aWorld(options)
  await world.launch([idOf(0)])
  await happens(world)
  await world.run()
  return world
}

export const becomes =
  (machine: Partial<Machine>) =>
  ({ known }: World): void => {
    known.set(idOf(0), { ...aMachine(idOf(0)), ...machine })
  }

export const described = (facts: Partial<Machine['described']>) =>
  becomes({ described: aMachine(idOf(0), facts).described })
