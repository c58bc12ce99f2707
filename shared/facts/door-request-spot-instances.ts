import { readFact, readPart, readText } from './fields.ts'
import type { Door } from './refusal.ts'

/** RequestSpotInstances. A request that EC2 takes and cannot fulfil later has no event that says why. */
export const requestSpotInstances: Door = ({ part }) => {
  const request = readFact(part, () => readPart(part, 'requestParameters'))
  const launch = request && readFact(request, () => readPart(request, 'launchSpecification'))
  return {
    imageId: launch && readFact(launch, () => readText(launch, 'imageId')),
    instanceType: launch && readFact(launch, () => readText(launch, 'instanceType')),
  }
}
