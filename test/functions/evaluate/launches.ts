/** Launches of PV instances, as the tests of Evaluate report and describe them. */
import type { Delivery } from '../../../functions/runtime/delivery.ts'
import type { Alert } from '../../../shared/alert/alert.ts'
import type { SnsMessage } from '../../../shared/alert/sns-message.ts'
import type { InstanceFacts } from '../../../shared/facts/facts.ts'
import { anInstanceItem, aRunInstancesRecord } from '../../support/builders.ts'

const RESERVATION = 'r-0123456789abcdef0'

export const idOf = (index: number): string => `i-${String(index).padStart(17, '0')}`

const pv = (index: number) =>
  anInstanceItem({ instanceId: idOf(index), instanceType: 'm1.small', virtualizationType: 'paravirtual' })

export const pvLaunch = (count: number) =>
  aRunInstancesRecord({ reservationId: RESERVATION, instances: Array.from({ length: count }, (_, index) => pv(index)) })

/** The same instances, as EC2 describes them. */
export const described = (index: number): InstanceFacts => ({
  instanceId: idOf(index),
  imageId: 'ami-0abcdef1234567890',
  instanceType: 'm1.small',
  virtualizationType: 'paravirtual',
  architecture: 'x86_64',
  bootMode: 'unset',
  rootDeviceType: 'ebs',
  lifecycle: 'on-demand',
  reservationId: RESERVATION,
  launchTime: '2026-11-24T08:00:00Z',
  tags: {},
})

/** One delivery of a message, each with a claim of its own. */
export const deliveryOf = (messageId: string, count: number): Delivery => ({
  messageId,
  count,
  claimant: `${messageId}/${count}`,
})

export const first = deliveryOf('message-1', 1)
export const second = deliveryOf('message-1', 2)
export const third = deliveryOf('message-1', 3)

export const alertIn = (message: SnsMessage | undefined): Alert =>
  JSON.parse(JSON.parse(message?.Message ?? '{}').default)
