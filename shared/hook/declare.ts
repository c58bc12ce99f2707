import type { AccountRegion } from '../facts/account-region.ts'
import type { TemplateRef } from '../facts/facts.ts'
import type { Declaration } from '../lint/model/declaration.ts'
import { readStack } from '../lint/readers/cloudformation/stack.ts'
import { getText, getValue, isJson, type Json } from '../lint/readers/json.ts'
import type { AskedResource } from './request.ts'

/** What launch templates say, by `nameTemplate`, and launch configurations, by their names. */
export type NamedLaunches = {
  readonly templates: ReadonlyMap<string, Json>
  readonly configurations: ReadonlyMap<string, Json>
}

/** A version of a launch template, as a key. */
export const nameTemplate = ({ id, name, version }: TemplateRef): string => JSON.stringify([id, name, version])

const SPECIFICATIONS = ['LaunchTemplate', 'LaunchTemplateSpecification']
// Deeper than any of the resources that launch.
const MOST_LEVELS = 12

/** The version that counts where none is named. */
const DEFAULT_VERSION = '$Default'

/** EKS writes Id and Name for what the others call LaunchTemplateId and LaunchTemplateName. */
const readReference = (part: Json): TemplateRef | undefined => {
  const id = getText(part, 'LaunchTemplateId') ?? getText(part, 'Id')
  const name = getText(part, 'LaunchTemplateName') ?? getText(part, 'Name')
  const written = getValue(part, 'Version')
  const version = written === undefined || written === null ? DEFAULT_VERSION : String(written)
  if (id !== undefined) return { id, version }
  return name === undefined ? undefined : { name, version }
}

/** Each specification of a launch template in the properties, at whatever place, replaced. */
const replaceSpecifications = (value: unknown, replace: (ref: TemplateRef, part: Json) => Json, level = 0): unknown => {
  if (level > MOST_LEVELS) return value
  if (Array.isArray(value)) return value.map(one => replaceSpecifications(one, replace, level + 1))
  if (!isJson(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => {
      const ref = SPECIFICATIONS.includes(key) && isJson(part) ? readReference(part) : undefined
      const isNamed = ref !== undefined && isJson(part)
      return [key, isNamed ? replace(ref, part) : replaceSpecifications(part, replace, level + 1)]
    }),
  )
}

/** The launch templates and launch configurations that a resource launches by, each once. */
export const listNamedLaunches = ({ properties }: AskedResource) => {
  const templates = new Map<string, TemplateRef>()
  replaceSpecifications(properties, (ref, part) => {
    templates.set(nameTemplate(ref), ref)
    return part
  })
  const configuration = getText(properties, 'LaunchConfigurationName')
  return { templates: [...templates.values()], configurations: configuration === undefined ? [] : [configuration] }
}

const REFERENCE_KEYS = ['LaunchTemplateId', 'LaunchTemplateName', 'Id', 'Name', 'Version']

/** The specification as it would be in the template that makes the launch template, which has this one version. */
const refer = (part: Json, id: string): Json => ({
  ...Object.fromEntries(Object.entries(part).filter(([key]) => !REFERENCE_KEYS.includes(key))),
  LaunchTemplateId: { Ref: id },
})

// No logical id has a space, so that none of the template's is meant.
const nameResource = (key: string): string => `launch template ${key}`
const CONFIGURATION = 'launch configuration'

const markResize = (declared: Declaration, resizedFrom: string): Declaration =>
  declared.kind === 'launch' ? { ...declared, pairs: declared.pairs.map(pair => ({ ...pair, resizedFrom })) } : declared

/**
 * What a resource launches, as lint reads it from a template: one with this resource, and with the launch templates and
 * configurations that it launches by, as far as they are known.
 */
export const declareResource = (
  { address, type, properties, resizedFrom }: AskedResource,
  { templates, configurations }: NamedLaunches,
  { accountId, region }: AccountRegion,
): readonly Declaration[] => {
  const referred = replaceSpecifications(properties, (ref, part) => {
    const key = nameTemplate(ref)
    return templates.has(key) ? refer(part, nameResource(key)) : part
  })
  const configuration = configurations.get(getText(properties, 'LaunchConfigurationName') ?? '')
  const launching =
    isJson(referred) && configuration ? { ...referred, LaunchConfigurationName: { Ref: CONFIGURATION } } : referred
  const Resources = Object.fromEntries([
    ...[...templates].map(([key, LaunchTemplateData]) => [
      nameResource(key),
      { Type: 'AWS::EC2::LaunchTemplate', Properties: { LaunchTemplateData } },
    ]),
    ...(configuration
      ? [[CONFIGURATION, { Type: 'AWS::AutoScaling::LaunchConfiguration', Properties: configuration }]]
      : []),
    [address, { Type: type, Properties: launching }],
  ])
  const reading = readStack({ Resources }, { accountId, region, lines: new Map() })
  if ('unreadable' in reading) return []
  return reading.declarations
    .filter(({ place }) => place.address === address)
    .map(one => (resizedFrom === undefined ? one : markResize(one, resizedFrom)))
}
