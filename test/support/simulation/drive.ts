/** Plays a schedule of numbers: which call runs next, which fails, what users do. Then lets everything come to rest. */
import fc from 'fast-check'
import { interfereWith, kindOf } from './people.ts'
import { die, type Fate, type Invocation, resolved } from './turns.ts'
import { type SimulatedWorld, simulatedWorld } from './world.ts'

export type Step = { readonly what: number; readonly which: number; readonly fate: number }
export type Schedule = readonly Step[]

export const createSchedules = (length: number): fc.Arbitrary<Schedule> =>
  fc.array(fc.record({ what: fc.nat(99), which: fc.nat(9_999), fate: fc.nat(99) }), {
    minLength: 20,
    maxLength: length,
  })

export type Options = {
  /** Calls fail, answers are lost, and functions die. */
  readonly faults: boolean
  /** Messages are delivered twice, at the same moment. */
  readonly twice: boolean
  readonly people: boolean
  readonly exemptions: boolean
  /** Sweeps come in between, and one at the end of each of two days. */
  readonly sweeps?: true
  /** It begins with a launch of so many instances, which EC2 reports one after the other. */
  readonly large?: number
  /** Sweeps promise stops, and an operator has instances that were left running promised again. With `sweeps`. */
  readonly late?: true
}

const TIMEOUT_SECONDS = 30
const AT_ONCE = 4
const MOST_MACHINES = 6
const WAITS = [1, 1, 5, 15, 30, 60, 120, 300, 900] as const

const fateOf = (fate: number): Fate => {
  if (fate < 62) return 'done'
  if (fate < 67) return 'conflict'
  if (fate < 70) return 'throttled'
  if (fate < 78) return 'refused'
  if (fate < 82) return 'answer lost'
  if (fate < 85) return 'hung up'
  return fate < 93 ? 'dies before' : 'dies after'
}

/** By a number; the last one by -1. */
const pick = <T>(values: readonly T[], which: number): T | undefined => values.at(which % Math.max(values.length, 1))

type Play = { readonly world: SimulatedWorld; readonly invocations: Invocation[]; readonly options: Options }

const running = ({ invocations }: Play): Invocation[] => invocations.filter(({ end }) => end === 'none')

const cutOff = (play: Play): void => {
  for (const one of running(play)) if (play.world.now() - one.startedAt >= TIMEOUT_SECONDS) die(one)
}

const resume = async (play: Play, { which, fate }: Step): Promise<void> => {
  const calls = running(play).flatMap(({ calls: waiting }) => waiting)
  await pick(calls, which)?.proceed(play.options.faults ? fateOf(fate) : 'done')
}

const deliver = (play: Play, { which, fate }: Step): void => {
  if (running(play).length >= AT_ONCE) return
  const { world, options } = play
  const twin = options.twice && which % 8 === 0 ? pick(world.inWork(), fate) : undefined
  if (twin !== undefined) world.copy(twin, which % 16 === 0)
  const message = pick(world.toDeliver(), twin === undefined ? which : -1)
  if (message !== undefined) play.invocations.push(world.deliver(message, { lag: fate % 4, age: which % 60 }))
}

const wait = (play: Play, { which, fate }: Step): void => {
  play.world.advance(pick(WAITS, which) ?? 1, fate % 40)
  cutOff(play)
}

const interfere = ({ world, options }: Play, step: Step): void => {
  const isExemption = options.exemptions && step.fate < 20
  if (isExemption) world.operators.set({ exempt: !world.operators.current().exempt })
  const machine = pick([...world.ec2.machines.values()], step.which)
  if (!isExemption && machine !== undefined && options.people) interfereWith(world, machine, step)
}

const launch = ({ world, options }: Play, { which, fate }: Step): void => {
  const left = MOST_MACHINES + (options.large ?? 0) - world.ec2.machines.size
  const count = Math.min(1 + (which % 3), left)
  // CloudTrail's record may be late, come twice, or not at all.
  const delays = fate < 60 ? [fate % 30] : fate < 85 ? [fate % 30, (fate - 59) * 60] : []
  if (count > 0) world.ec2.launch(count, delays, options.people ? kindOf(Math.floor(which / 3)) : 'plain')
}

const MOST_IN_A_FLOW = 60
const LONGEST_GAP_SECONDS = 1_200

/** Numbers that follow from a step: the same each time it is played. */
const numbersFrom = ({ which, fate }: Step): (() => number) => {
  let state = which * 100 + fate + 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state
  }
}

const mayDeliver = (play: Play): boolean =>
  running(play).length < AT_ONCE &&
  (play.world.toDeliver().length > 0 || (play.options.twice && running(play).length > 0))

/** Goes on for a while by itself, in any order, with a failure now and then, so that rows get a long history. */
const flow = async (play: Play, step: Step): Promise<void> => {
  const { world } = play
  const number = numbersFrom(step)
  for (let round = 0; round < MOST_IN_A_FLOW; round += 1) {
    const one = { what: 0, which: number(), fate: number() % 8 === 0 ? number() % 100 : 0 }
    const isBusy = running(play).some(({ calls }) => calls.length > 0)
    if (isBusy && number() % 4 > 0) await resume(play, one)
    else if (mayDeliver(play)) deliver(play, { ...one, fate: number() % 4 })
    else if (isBusy) await resume(play, one)
    else {
      const gap = Math.ceil(world.next() - world.now())
      if (!(gap <= LONGEST_GAP_SECONDS)) return
      world.advance(Math.max(1, gap), number() % 20)
      cutOff(play)
    }
    await resolved()
  }
}

const act = async (play: Play, step: Step): Promise<void> => {
  const { what } = step
  if (what < 30) await resume(play, step)
  else if (what < 45) deliver(play, step)
  else if (what < 57) wait(play, step)
  else if (what < 75) interfere(play, step)
  else if (what < 79 && play.options.late === true && step.fate % 4 === 1) play.world.retry()
  else if (what < 79 && play.options.sweeps === true && step.fate % 2 === 0) play.world.sweep()
  else if (what < 79) launch(play, step)
  else await flow(play, step)
  await resolved()
}

const LONGEST_REST = 40_000
const DAY_SECONDS = 86_400
const DAYS = 2

/** Messages and schedules come in their time, until nothing is left. Nothing fails any more, unless `fate` has it so. */
export const comeToRest = async (play: Play, fate: (call: string) => Fate = () => 'done'): Promise<void> => {
  const { world } = play
  for (let round = 0; round < LONGEST_REST; round += 1) {
    const calls = running(play).flatMap(({ calls: waiting }) => waiting)
    if (calls[0] !== undefined) await calls[0].proceed(fate(calls[0].name))
    else if (world.toDeliver()[0] !== undefined) {
      const [message] = world.toDeliver()
      if (message !== undefined) play.invocations.push(world.deliver(message, { lag: 0, age: 0 }))
    } else {
      const next = world.next()
      if (!Number.isFinite(next)) return
      world.advance(Math.max(1, Math.ceil(next - world.now())), 1)
      cutOff(play)
    }
    await resolved()
  }
  throw new Error('the world does not come to rest')
}

export const play = async (schedule: Schedule, options: Options): Promise<SimulatedWorld> => {
  const game: Play = { world: simulatedWorld(), invocations: [], options }
  if (options.late === true) game.world.operators.set({ late: true })
  game.world.ec2.launch(options.large ?? 2, [3])
  for (const step of schedule) await act(game, step)
  await comeToRest(game)
  // The sweep of another day finds what the worst day left.
  for (let day = 0; options.sweeps === true && day < DAYS; day += 1) {
    game.world.advance(DAY_SECONDS, 1)
    game.world.sweep()
    await comeToRest(game)
  }
  return game.world
}
