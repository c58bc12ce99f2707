import { getPart, getText, getValue, isJson, type Json } from '../json.ts'

export type Parameter = {
  /** The values that it may have, as far as the template says: the default first. Empty if it does not say. */
  readonly candidates: readonly string[]
  readonly isList: boolean
  /** Its value is the name of a parameter of Systems Manager, which has the value that counts. */
  readonly isStored: boolean
  /** Its value must not be printed. */
  readonly isSecret: boolean
}

export type TemplateResource = {
  readonly id: string
  readonly type: string
  readonly properties: unknown
  /** The name of the condition on which it is made. */
  readonly condition: string | undefined
  readonly metadata: Json | undefined
}

export type Template = {
  readonly parameters: ReadonlyMap<string, Parameter>
  readonly mappings: Json
  readonly conditions: Json
  readonly resources: ReadonlyMap<string, TemplateResource>
  readonly transforms: readonly string[]
}

const isScalar = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value)

/** A scalar as CloudFormation compares it: as text. */
export const toScalarText = (value: unknown): string | undefined => (isScalar(value) ? String(value) : undefined)

const listScalars = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).map(toScalarText).filter(text => text !== undefined)

const readParameter = (part: Json): Parameter => {
  const type = getText(part, 'Type') ?? 'String'
  const isStored = type.startsWith('AWS::SSM::Parameter::Value<')
  const isList = type === 'CommaDelimitedList' || /(^|<)List</.test(type) || type.includes('<CommaDelimitedList>')
  const allowed = isList ? [] : listScalars(getValue(part, 'AllowedValues') ?? [])
  const written = listScalars(getValue(part, 'Default') ?? [])
  const defaults = isList && written.length > 1 ? [written.join(',')] : written
  const noEcho = toScalarText(getValue(part, 'NoEcho'))
  return {
    candidates: [...new Set([...defaults, ...allowed])],
    ...{ isList, isStored, isSecret: noEcho?.toLowerCase() === 'true' },
  }
}

const readResource = (id: string, part: Json): TemplateResource => ({
  id,
  type: getText(part, 'Type') ?? '',
  properties: getValue(part, 'Properties'),
  condition: getText(part, 'Condition'),
  metadata: getPart(part, 'Metadata'),
})

const mapParts = <T>(part: Json | undefined, read: (name: string, part: Json) => T): ReadonlyMap<string, T> =>
  new Map(
    Object.entries(part ?? {}).flatMap(([name, value]) => (isJson(value) ? [[name, read(name, value)] as const] : [])),
  )

/** Whether an object is a template of CloudFormation. */
export const isTemplate = (value: Json): boolean => {
  const resources = getPart(value, 'Resources')
  if (resources === undefined) return false
  // What a macro or a loop makes has no type before CloudFormation has expanded it.
  const isMade = Object.keys(resources).some(id => id === 'Fn::Transform' || id.startsWith('Fn::ForEach::'))
  const marks = ['AWSTemplateFormatVersion', 'Transform']
  if (isMade || marks.some(key => getValue(value, key) !== undefined)) return true
  return Object.values(resources).some(one => isJson(one) && /^\w+::\w+/.test(getText(one, 'Type') ?? ''))
}

export const readTemplateParts = (value: Json): Template => ({
  parameters: mapParts(getPart(value, 'Parameters'), (_, part) => readParameter(part)),
  mappings: getPart(value, 'Mappings') ?? {},
  conditions: getPart(value, 'Conditions') ?? {},
  resources: mapParts(getPart(value, 'Resources'), readResource),
  transforms: listTransforms(getValue(value, 'Transform')),
})

const listTransforms = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).flatMap(one => {
    if (typeof one === 'string') return [one]
    return isJson(one) ? [getText(one, 'Name') ?? 'a macro'] : []
  })

/** Templates that are beside this one: the name of each file by the hash that its address ends with. */
export type TemplateAssets = ReadonlyMap<string, string>

/** The file of the template that an address names, whatever expression the address is. */
export const findTemplateAsset = (address: unknown, assets: TemplateAssets): string | undefined => {
  const text = JSON.stringify(address ?? '')
  return [...assets].find(([hash]) => text.includes(hash))?.[1]
}
