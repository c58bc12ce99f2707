import { readActor } from './actor.ts'
import type { Ignored, RefusedLaunch } from './event.ts'
import { membersAt, type Part, readFact, readPart, readText } from './fields.ts'
import type { CallRecord } from './record.ts'
import { createRefused, type Refused } from './refusal.ts'
import { readVersion } from './template-fields.ts'

const readTemplate = (of: Part): string | undefined => {
  const template = readPart(of, 'launchTemplateSpecification')
  const name = template && (readText(template, 'launchTemplateId') ?? readText(template, 'launchTemplateName'))
  const version = readVersion(template, 'version')
  return name !== undefined && version !== undefined ? `${name}:${version}` : name
}

const readError = (error: Part): Refused => {
  const of = readFact(error, () => readPart(error, 'launchTemplateAndOverrides'))
  const pair = of && readFact(of, () => readPart(of, 'overrides'))
  return {
    code: readFact(error, () => readText(error, 'errorCode')),
    message: readFact(error, () => readText(error, 'errorMessage')) ?? '',
    imageId: pair && readFact(pair, () => readText(pair, 'imageId')),
    instanceType: pair && readFact(pair, () => readText(pair, 'instanceType')),
    repeatedBy: of && readFact(of, () => readTemplate(of)),
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
  const refused = errors.map(readError)
  const templates = new Set(refused.map(({ repeatedBy }) => repeatedBy))
  const [launchTemplate] = templates.size === 1 ? templates : []
  const actor = { ...readActor(part), ...(launchTemplate !== undefined && { launchTemplate }) }
  return (
    createRefused({ accountId, region, event, actor }, refused) ?? {
      kind: 'ignored',
      event,
      why: 'a fleet that is refused no pair of image and type',
    }
  )
}
