import { readFact, readPart, readText } from './fields.ts'
import type { Door } from './refusal.ts'
import { NODE_GROUP_WORDINGS, WORDINGS } from './wordings.ts'

const ALL_WORDINGS = [...NODE_GROUP_WORDINGS, ...WORDINGS]

/** CreateNodegroup of EKS. What a node group is refused later, its Auto Scaling group says. */
export const createNodegroup: Door = ({ part }) => {
  const request = readFact(part, () => readPart(part, 'requestParameters'))
  return {
    asked: 'group',
    group: request && readFact(request, () => readText(request, 'nodegroupName')),
    wordings: ALL_WORDINGS,
  }
}
