import { findInstance } from './door-start-instances.ts'
import { type Part, readFact, readPart, readText } from './fields.ts'
import type { Door } from './refusal.ts'
import { RESIZE_WORDINGS, WORDINGS } from './wordings.ts'

const readAskedType = (request: Part): string | undefined => {
  const asked = request.value['instanceType']
  const attribute = typeof asked === 'string' ? undefined : readPart(request, 'instanceType')
  return attribute === undefined ? readText(request, 'instanceType') : readText(attribute, 'value')
}

const ALL_WORDINGS = [...WORDINGS, ...RESIZE_WORDINGS]

/** A change of an instance's type. */
export const modifyInstanceAttribute: Door = ({ part }) => {
  const request = readFact(part, () => readPart(part, 'requestParameters'))
  return {
    asked: 'resize',
    instanceId: findInstance([request && readFact(request, () => readText(request, 'instanceId'))]),
    instanceType: request && readFact(request, () => readAskedType(request)),
    wordings: ALL_WORDINGS,
  }
}
