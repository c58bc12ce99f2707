import { type Part, readFact, readPart, readText, setAt } from './fields.ts'
import type { Door } from './refusal.ts'

const listIds = (request: Part): readonly (string | undefined)[] =>
  (setAt(request, 'instancesSet') ?? []).map(item => readFact(item, () => readText(item, 'instanceId')))

/** What is asked of one instance alone is about that instance; of several, EC2 does not say which it refused. */
export const findInstance = (ids: readonly (string | undefined)[]): string | undefined => {
  const [id] = ids
  return ids.length === 1 && id !== undefined && /^i-\w{1,32}$/.test(id) ? id : undefined
}

/** StartInstances: a type that was changed while the instance was stopped is refused only here. */
export const startInstances: Door = ({ part }) => {
  const request = readFact(part, () => readPart(part, 'requestParameters'))
  const ids = (request && readFact(request, () => listIds(request))) ?? []
  return { asked: 'start', instanceId: findInstance(ids) }
}
