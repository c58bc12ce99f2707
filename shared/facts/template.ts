import { readActor } from './actor.ts'
import { limitName } from './chosen-name.ts'
import type { Ignored, TemplateCreation } from './event.ts'
import type { Subject } from './facts.ts'
import { isAbsent, omitUndefined, type Part, readFact, readPart } from './fields.ts'
import { readGroup } from './group-template.ts'
import type { CallRecord } from './record.ts'
import { createTemplateResource, createUnansweredResource, launchConfigurationResource } from './resource.ts'
import { readChild, readImage, readOne, readVersion } from './template-fields.ts'

type TemplateSubject = Subject & { readonly kind: 'template' }
type Reader = (record: CallRecord) => readonly Omit<TemplateSubject, 'kind'>[]

/** Newer actions of EC2 record request and response under a name of their own. */
const unwrap = (part: Part, key: string, wrapper: string): Part | undefined => {
  const whole = readPart(part, key)
  return whole && (readPart(whole, wrapper) ?? whole)
}

const IMAGE = ['imageId', 'ImageId'] as const
const TYPE = ['instanceType', 'InstanceType'] as const

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

type Named = { readonly id: string | undefined; readonly name: string | undefined }

const describeTemplate = ({ id, name }: Named, version: string | undefined): string => {
  if (id === undefined && name === undefined) return 'Launch template (the record has no name)'
  const named = name === undefined ? id : [limitName(name), id && `(${id})`].filter(Boolean).join(' ')
  return `Launch template ${named}${version === undefined ? ' (a new version)' : ` version ${version}`}`
}

/** CloudTrail leaves out a request, or an answer, of more than 100 kB: then the template is known by the event. */
const readTemplate = ({ part, accountId, region, event }: CallRecord, call: string, made: string) => {
  const request = readFact(part, () => unwrap(part, 'requestParameters', `${call}Request`))
  const response = readFact(part, () => unwrap(part, 'responseElements', `${call}Response`))
  const answer = readChild(response, made)
  const id = readOne(answer, 'launchTemplateId') ?? readOne(request, 'LaunchTemplateId', 'launchTemplateId')
  const name = readOne(answer, 'launchTemplateName') ?? readOne(request, 'LaunchTemplateName', 'launchTemplateName')
  const data = readChild(request, 'LaunchTemplateData') ?? readChild(request, 'launchTemplateData')
  // The answer repeats what a version takes from another, and the request does not.
  const whole = readChild(answer, 'launchTemplateData')
  const isBased = request === undefined || !isAbsent(request, ['SourceVersion', 'sourceVersion'])
  const build = (version: string | undefined): Omit<TemplateSubject, 'kind'> => ({
    resource:
      id === undefined || version === undefined
        ? createUnansweredResource({ accountId, region }, { id, name }, event.id)
        : createTemplateResource({ accountId, region }, id, version),
    what: describeTemplate({ id, name }, version),
    ...readPair(whole ?? data, whole !== undefined || !isBased),
  })
  return { answer, build }
}

const readFirstVersion: Reader = record => {
  const { answer, build } = readTemplate(record, 'CreateLaunchTemplate', 'launchTemplate')
  return [build(readVersion(answer, 'latestVersionNumber') ?? '1')]
}

const readNextVersion: Reader = record => {
  const { answer, build } = readTemplate(record, 'CreateLaunchTemplateVersion', 'launchTemplateVersion')
  return [build(readVersion(answer, 'versionNumber'))]
}

const readConfiguration: Reader = ({ part, accountId, region, event }) => {
  const request = readFact(part, () => readPart(part, 'requestParameters'))
  const name = readOne(request, 'launchConfigurationName')
  // It takes image or type, if the call does not name it, from the instance that it is made from.
  const isOfInstance =
    request !== undefined &&
    !isAbsent(request, ['instanceId']) &&
    (isAbsent(request, ['imageId']) || isAbsent(request, ['instanceType']))
  return [
    {
      resource: launchConfigurationResource({ accountId, region }, name, event.id),
      what:
        name === undefined
          ? 'Launch configuration (the record has no name)'
          : `Launch configuration ${limitName(name)}`,
      ...readPair(request, request !== undefined && name !== undefined && isAbsent(request, ['instanceId'])),
      ...(isOfInstance && { from: name === undefined ? {} : { template: { configuration: name } } }),
    },
  ]
}

const EC2 = 'ec2.amazonaws.com'
const AUTO_SCALING = 'autoscaling.amazonaws.com'

const READERS: Readonly<Record<string, { readonly eventSource: string; readonly read: Reader }>> = {
  CreateLaunchTemplate: { eventSource: EC2, read: readFirstVersion },
  CreateLaunchTemplateVersion: { eventSource: EC2, read: readNextVersion },
  CreateLaunchConfiguration: { eventSource: AUTO_SCALING, read: readConfiguration },
  CreateAutoScalingGroup: { eventSource: AUTO_SCALING, read: readGroup },
  UpdateAutoScalingGroup: { eventSource: AUTO_SCALING, read: readGroup },
}

/** The service of a call that makes a template; undefined for every other call. */
export const getTemplateSource = (name: string): string | undefined =>
  Object.hasOwn(READERS, name) ? READERS[name]?.eventSource : undefined

/** The calls of a service that make templates. */
export const listTemplateCalls = (eventSource: string): readonly string[] =>
  Object.entries(READERS).flatMap(([name, reader]) => (reader.eventSource === eventSource ? [name] : []))

/** A call that made or gave a template and succeeded; undefined for every other call. */
export const readTemplateCreation = (record: CallRecord, name: string): TemplateCreation | Ignored | undefined => {
  const reader = Object.hasOwn(READERS, name) ? READERS[name] : undefined
  if (reader === undefined) return undefined
  const { part, accountId, region, event } = record
  const subjects = reader.read(record).map(one => omitUndefined<TemplateSubject>({ kind: 'template', ...one }))
  if (subjects.length === 0) return { kind: 'ignored', event, why: 'a group that was given no template' }
  return { kind: 'template', accountId, region, event, actor: readActor(part), subjects }
}
