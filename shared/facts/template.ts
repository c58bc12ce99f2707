import { readActor } from './actor.ts'
import { limitName } from './chosen-name.ts'
import type { TemplateCreation } from './event.ts'
import type { ImageFacts, Subject } from './facts.ts'
import { createUnreadable, omitUndefined, type Part, readFact, readPart, readText } from './fields.ts'
import type { CallRecord } from './record.ts'
import { createTemplateResource, launchConfigurationResource } from './resource.ts'

type TemplateSubject = Subject & { readonly kind: 'template' }
type Reader = (record: CallRecord) => Omit<TemplateSubject, 'kind'>

/** Newer actions of EC2 record request and response under a name of their own. */
const unwrap = (part: Part, key: string, wrapper: string): Part | undefined => {
  const whole = readPart(part, key)
  return whole && (readPart(whole, wrapper) ?? whole)
}

const readOne = (part: Part | undefined, ...keys: readonly string[]): string | undefined => {
  for (const key of keys) {
    const value = part && readFact(part, () => readText(part, key))
    if (value !== undefined && value !== '') return value
  }
  return undefined
}

/** A version is a number in records of today. */
const readVersion = (part: Part | undefined, key: string): string | undefined => {
  const value = part?.value[key]
  return typeof value === 'number' || typeof value === 'string' ? `${value}` : undefined
}

const readChild = (part: Part | undefined, key: string): Part | undefined =>
  part && readFact(part, () => readPart(part, key))

/** A parameter of Systems Manager stands for an image that is chosen at the launch. */
const readImage = (text: string | undefined): ImageFacts =>
  text !== undefined && /^ami-\w{1,32}$/.test(text) ? { imageId: text } : {}

const IMAGE = ['imageId', 'ImageId'] as const
const TYPE = ['instanceType', 'InstanceType'] as const

const isAbsent = ({ value }: Part, keys: readonly string[]): boolean =>
  keys.every(key => value[key] === undefined || value[key] === null || value[key] === '')

/**
 * Absent keys leave image or type to whoever launches. If the record is incomplete, or a key has a wrong type, that is not
 * known.
 */
const readPair = (
  data: Part | undefined,
  isWhole: boolean,
): Pick<TemplateSubject, 'image' | 'instanceType' | 'open'> => {
  const instanceType = readOne(data, ...TYPE)
  return {
    image: readImage(readOne(data, ...IMAGE)),
    ...(instanceType !== undefined && { instanceType }),
    ...(isWhole && data !== undefined && (isAbsent(data, IMAGE) || isAbsent(data, TYPE)) && { open: true }),
  }
}

const readTemplate = ({ part, accountId, region }: CallRecord, call: string, made: string) => {
  const request = readFact(part, () => unwrap(part, 'requestParameters', `${call}Request`))
  const response = readFact(part, () => unwrap(part, 'responseElements', `${call}Response`))
  const answer = readChild(response, made)
  const id = readOne(answer, 'launchTemplateId') ?? readOne(request, 'LaunchTemplateId', 'launchTemplateId')
  if (id === undefined) throw createUnreadable(part, `responseElements.${made}.launchTemplateId`, 'a string', 'nothing')
  const name = readOne(answer, 'launchTemplateName') ?? readOne(request, 'LaunchTemplateName', 'launchTemplateName')
  const data = readChild(request, 'LaunchTemplateData') ?? readChild(request, 'launchTemplateData')
  // The answer repeats what a version takes from another, and the request does not.
  const whole = readChild(answer, 'launchTemplateData')
  const isBased = request === undefined || !isAbsent(request, ['SourceVersion', 'sourceVersion'])
  const build = (version: string): Omit<TemplateSubject, 'kind'> => ({
    resource: createTemplateResource({ accountId, region }, id, version),
    what: `Launch template ${name === undefined ? id : `${limitName(name)} (${id})`} version ${version}`,
    ...readPair(whole ?? data, whole !== undefined || !isBased),
  })
  return { answer, build }
}

const readFirstVersion: Reader = record => {
  const { answer, build } = readTemplate(record, 'CreateLaunchTemplate', 'launchTemplate')
  return build(readVersion(answer, 'latestVersionNumber') ?? '1')
}

const readNextVersion: Reader = record => {
  const { answer, build } = readTemplate(record, 'CreateLaunchTemplateVersion', 'launchTemplateVersion')
  const version = readVersion(answer, 'versionNumber')
  if (version !== undefined) return build(version)
  throw createUnreadable(record.part, 'responseElements.launchTemplateVersion.versionNumber', 'a number', 'nothing')
}

const readConfiguration: Reader = ({ part, accountId, region }) => {
  const request = readFact(part, () => readPart(part, 'requestParameters'))
  const name = readOne(request, 'launchConfigurationName')
  if (name === undefined)
    throw createUnreadable(part, 'requestParameters.launchConfigurationName', 'a string', 'nothing')
  return {
    resource: launchConfigurationResource({ accountId, region }, name),
    what: `Launch configuration ${limitName(name)}`,
    // What it does not name it takes from the instance that it is made from.
    ...readPair(request, request !== undefined && isAbsent(request, ['instanceId'])),
  }
}

const EC2 = 'ec2.amazonaws.com'
const AUTO_SCALING = 'autoscaling.amazonaws.com'

const READERS: Readonly<Record<string, { readonly eventSource: string; readonly read: Reader }>> = {
  CreateLaunchTemplate: { eventSource: EC2, read: readFirstVersion },
  CreateLaunchTemplateVersion: { eventSource: EC2, read: readNextVersion },
  CreateLaunchConfiguration: { eventSource: AUTO_SCALING, read: readConfiguration },
}

/** The service of a call that makes a template; undefined for every other call. */
export const getTemplateSource = (name: string): string | undefined =>
  Object.hasOwn(READERS, name) ? READERS[name]?.eventSource : undefined

/** The calls of a service that make templates. */
export const listTemplateCalls = (eventSource: string): readonly string[] =>
  Object.entries(READERS).flatMap(([name, reader]) => (reader.eventSource === eventSource ? [name] : []))

/** A call that made a template and succeeded; undefined for every other call. */
export const readTemplateCreation = (record: CallRecord, name: string): TemplateCreation | undefined => {
  const reader = Object.hasOwn(READERS, name) ? READERS[name] : undefined
  if (reader === undefined) return undefined
  const { part, accountId, region, event } = record
  const subject = omitUndefined<TemplateSubject>({ kind: 'template', ...reader.read(record) })
  return { kind: 'template', accountId, region, event, actor: readActor(part), subject }
}
