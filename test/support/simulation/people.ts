/** Actions of users on instances, and settings of operators. */
import type { Kind, Machine } from './machine.ts'
import type { Switches } from './switches.ts'
import type { SimulatedWorld } from './world.ts'

type UserAction = (world: SimulatedWorld, machine: Machine, number: number) => void

// The type, ENA, the boot mode: EC2 lets them be changed while the instance is stopped only.
const whileDown =
  (change: (machine: Machine) => void): UserAction =>
  ({ ec2 }, machine) => {
    if (machine.state !== 'stopped') return
    change(machine)
    ec2.note(machine)
  }

const changing =
  (change: (machine: Machine) => void): UserAction =>
  ({ ec2 }, machine) => {
    change(machine)
    ec2.note(machine)
  }

const setting =
  (change: (now: Switches, number: number) => Partial<Switches>): UserAction =>
  ({ operators }, _, number) =>
    operators.set(change(operators.current(), number))

const other = (mode: Switches['pv']): Switches['pv'] => (mode === 'enforce' ? 'observe' : 'enforce')

const start: UserAction = ({ ec2 }, machine, number) => ec2.start(machine, number < 80 ? number : undefined)

const GRACES = [0, 60, 300] as const

const USER_ACTIONS: readonly UserAction[] = [
  start,
  start,
  start,
  ({ ec2 }, machine) => {
    if (machine.state === 'running' && !machine.stopProtected) ec2.goDown(machine)
  },
  changing(machine => {
    machine.state = 'terminated'
    machine.changesAt = 0
  }),
  whileDown(machine => {
    machine.virtualizationType = machine.virtualizationType === 'hvm' ? 'paravirtual' : 'hvm'
  }),
  whileDown(machine => {
    machine.instanceType = machine.instanceType === 'm1.small' ? 't3.micro' : 'm1.small'
  }),
  changing(machine => {
    machine.stopProtected = !machine.stopProtected
  }),
  changing(machine => {
    machine.factsHidden = !machine.factsHidden
  }),
  changing(machine => {
    // Attached to a group, or detached. The kind of request that made it does not change.
    if (machine.kind === 'plain') machine.kind = 'member'
    else if (machine.kind === 'member') machine.kind = 'plain'
  }),
  setting(({ stops }) => ({ stops: stops === 'on' ? 'off' : 'on' })),
  setting(({ pv }) => ({ pv: other(pv) })),
  setting(({ family }) => ({ family: other(family) })),
  setting((_, number) => ({ budget: number % 4 })),
  setting((_, number) => ({ graceSeconds: GRACES[number % GRACES.length] ?? 300 })),
  setting(({ valid }) => ({ valid: !valid })),
]

/** One user action, by numbers. */
export const interfereWith = (
  world: SimulatedWorld,
  machine: Machine,
  { which, fate }: { which: number; fate: number },
) => USER_ACTIONS[Math.floor(which / 7) % USER_ACTIONS.length]?.(world, machine, fate)

const KINDS: readonly Kind[] = ['plain', 'plain', 'plain', 'persistent', 'one-time', 'member']

/** The launch for a number: most are plain. */
export const kindOf = (number: number): Kind => KINDS[number % KINDS.length] ?? 'plain'
