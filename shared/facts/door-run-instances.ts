import type { ImageFacts } from './facts.ts'
import { readFact, readPart, readText } from './fields.ts'
import { type Door, findRepeater, readRefusedActor } from './refusal.ts'
import { readRequest } from './request.ts'

const PARAVIRTUAL: ImageFacts = { virtualizationType: 'paravirtual' }

/** RunInstances. The request of a launch from a template may name neither image nor type. */
export const runInstances: Door = record => {
  const { part } = record
  const request = readFact(part, () => readPart(part, 'requestParameters'))
  const { imageId, instanceType, ...terms } = readRequest(request)
  const actor = readRefusedActor(record, terms)
  // Only a PV image takes a kernel (EC2 user guide, user provided kernels).
  const hasKernel = request !== undefined && readFact(request, () => readText(request, 'kernelId')) !== undefined
  return {
    actor,
    imageId,
    instanceType,
    name: terms.tags?.['Name'],
    group: actor.autoScalingGroup,
    repeatedBy: findRepeater(actor),
    ...(hasKernel && { image: PARAVIRTUAL }),
  }
}
