/** An instance of the simulation, and EC2's reports about it. */
import type { InstanceFacts } from '../../../shared/facts/facts.ts'

/** `member`: of an Auto Scaling group. The record of a launch contains neither this nor that it is a Spot instance. */
export type Kind = 'plain' | 'persistent' | 'one-time' | 'member'

export type Machine = {
  readonly id: string
  readonly reservationId: string
  kind: Kind
  state: 'pending' | 'running' | 'stopping' | 'stopped' | 'terminated'
  /** When it goes from pending to running, or from stopping to stopped. */
  changesAt: number
  virtualizationType: 'paravirtual' | 'hvm'
  instanceType: 'm1.small' | 't3.micro'
  stopProtected: boolean
  /** EC2 does not say from which image it was launched. */
  factsHidden: boolean
  /** When EC2 names it to those who ask by its launch. */
  readonly knownAt: number
  /** Since when it has been up, or was last. */
  upSince: number
  /** Whether CloudTrail reported its launch. */
  readonly recorded: boolean
  /** Each time it was launched or started, and failed a rule that may stop it. */
  readonly violatingStarts: number[]
  /** How often it came up, its launch included. */
  starts: number
}

export const iso = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`

type Known = Pick<InstanceFacts, 'virtualizationType' | 'instanceType'>

/** The verdicts of the rules that may stop an instance, in the words of their pages. */
export const FAILS: Readonly<Record<'paravirtual-instance' | 'instance-family', (facts: Known) => boolean>> = {
  'paravirtual-instance': ({ virtualizationType }) => virtualizationType === 'paravirtual',
  'instance-family': ({ instanceType }) => instanceType?.startsWith('m1.') === true,
}

export const violates = (facts: Known): boolean => Object.values(FAILS).some(fails => fails(facts))

/** All facts; `forEvaluate` and `forEnforce` leave out those that their calls do not return. */
export const factsOf = (machine: Machine): InstanceFacts => {
  const { kind } = machine
  return {
    instanceId: machine.id,
    instanceType: machine.instanceType,
    imageId: 'ami-0abcdef1234567890',
    architecture: 'x86_64',
    bootMode: 'unset',
    rootDeviceType: 'ebs',
    lifecycle: kind === 'persistent' || kind === 'one-time' ? 'spot' : 'on-demand',
    reservationId: machine.reservationId,
    state: machine.state,
    launchTime: iso(machine.upSince),
    stopProtected: machine.stopProtected,
    tags: kind === 'member' ? { 'aws:autoscaling:groupName': 'web' } : {},
    ...((kind === 'persistent' || kind === 'one-time') && { spotRequest: kind }),
    ...(!machine.factsHidden && { virtualizationType: machine.virtualizationType }),
  }
}

/** DescribeInstances alone. */
export const asDescribed = ({ stopProtected, spotRequest, ...facts }: InstanceFacts): InstanceFacts => facts
