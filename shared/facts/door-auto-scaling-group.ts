import { readActor } from './actor.ts'
import { readFact, readPart, readText } from './fields.ts'
import type { Door } from './refusal.ts'

/** CreateAutoScalingGroup and UpdateAutoScalingGroup: Auto Scaling asks EC2 whether it would launch, and says what EC2 answers. */
export const autoScalingGroup: Door = ({ part }) => {
  const request = readFact(part, () => readPart(part, 'requestParameters'))
  return {
    // The name of the group is the caller's word, and no group: nobody is exempt by it.
    actor: readActor(part, { request }),
    asked: 'group',
    group: request && readFact(request, () => readText(request, 'autoScalingGroupName')),
    hasOwnCode: true,
  }
}
