import { readActor } from './actor.ts'
import type { Ignored, RefusedLaunch } from './event.ts'
import { membersAt, type Part, readFact, readPart, readText } from './fields.ts'
import type { CallRecord } from './record.ts'
import { createRefused, nameRepeater, type Refused } from './refusal.ts'
import { readVersion } from './template-fields.ts'

const readTemplate = (of: Part): string | undefined => {
  const template = readPart(of, 'launchTemplateSpecification')
  const name = template && (readText(template, 'launchTemplateId') ?? readText(template, 'launchTemplateName'))
  const version = readVersion(template, 'version')
  return name !== undefined && version !== undefined ? `${name}:${version}` : name
}

const findAsked = (error: Part): Part | undefined =>
  readFact(error, () => readPart(error, 'launchTemplateAndOverrides'))

const findTemplate = (error: Part): string | undefined => {
  const of = findAsked(error)
  return of && readFact(of, () => readTemplate(of))
}

const readError = (error: Part): Refused => {
  const of = findAsked(error)
  const pair = of && readFact(of, () => readPart(of, 'overrides'))
  return {
    code: readFact(error, () => readText(error, 'errorCode')),
    message: readFact(error, () => readText(error, 'errorMessage')) ?? '',
    imageId: pair && readFact(pair, () => readText(pair, 'imageId')),
    instanceType: pair && readFact(pair, () => readText(pair, 'instanceType')),
  }
}

const findErrors = (part: Part): readonly Part[] => {
  const response = readPart(part, 'responseElements')
  const whole = response && (readPart(response, 'CreateFleetResponse') ?? response)
  return whole === undefined ? [] : membersAt(whole, 'errorSet')
}

/**
 * CreateFleet: an instant fleet succeeds though EC2 refused some of its pairs, or all, and the answer says which (EC2 API
 * reference, CreateFleet, errorSet).
 */
export const readFleet = ({ part, accountId, region, event }: CallRecord): RefusedLaunch | Ignored => {
  const errors = readFact(part, () => findErrors(part)) ?? []
  const read = errors.map(error => ({ error: readError(error), template: findTemplate(error) }))
  const templates = new Set(read.map(({ template }) => template))
  const [launchTemplate] = templates.size === 1 ? templates : []
  const actor = { ...readActor(part), ...(launchTemplate !== undefined && { launchTemplate }) }
  const refused = read.map(({ error, template }) => ({ ...error, repeatedBy: nameRepeater(template, actor) }))
  return (
    createRefused({ accountId, region, event, actor }, refused) ?? {
      kind: 'ignored',
      event,
      why: 'a fleet that is refused no pair of image and type',
    }
  )
}
