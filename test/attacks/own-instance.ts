// The instance of whoever launches in the attacks: paravirtual, as EC2 describes it and as the record of its launch does.
import { idOf } from '../functions/enforce/machines.ts'
import { anEnvelope, anInstanceItem, aRunInstancesRecord } from '../support/builders.ts'
import type { Json } from '../support/record-shape.ts'
import { anInstance } from './stage.ts'

export const OWN = idOf(0)

export const own = (more: Parameters<typeof anInstance>[1] = {}) => anInstance(0, more)

export const ownItem = (more: Json = {}, tags: Readonly<Record<string, string>> = {}) =>
  anInstanceItem({
    instanceId: OWN,
    instanceType: 'm1.small',
    virtualizationType: 'paravirtual',
    enaSupport: false,
    tags,
    more,
  })

export const launch = (more: Json = {}, item = ownItem()): Json =>
  anEnvelope(aRunInstancesRecord({ instances: [item], more }))
