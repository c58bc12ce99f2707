import { UserError } from '../../shared/errors.ts'
import type { ImageFacts, InstanceTypeSpecification } from '../../shared/facts/facts.ts'
import { omitUndefined } from '../../shared/facts/fields.ts'
import { type Entry, type Json, type KnownKeys, normalizeKey, readKeys } from './keys.ts'

/** Whether an image fits an instance type. */
export type Question = {
  readonly image: ImageFacts
  readonly instanceType: string
  /** How the image was found, if it was not given by its id or its facts; in sentences. */
  readonly notes?: readonly string[]
}

export const VIRTUALIZATION_TYPES = ['hvm', 'paravirtual'] as const
export const ARCHITECTURES = ['i386', 'x86_64', 'arm64', 'x86_64_mac', 'arm64_mac'] as const
export const BOOT_MODES = ['legacy-bios', 'uefi', 'uefi-preferred'] as const
export const ROOT_DEVICE_TYPES = ['ebs', 'instance-store'] as const
export const TPM_VERSIONS = ['v2.0'] as const
const IMAGE_STATES = [
  'available',
  'pending',
  'invalid',
  'deregistered',
  'transient',
  'failed',
  'error',
  'disabled',
] as const

const QUESTION: KnownKeys = { meanings: { ami: ['image'], instanceType: [] }, ignored: [] }

/** The facts of an image, and what else DescribeImages and Terraform's aws_ami say of one: it may be pasted as it is. */
const IMAGE: KnownKeys = {
  meanings: {
    virtualizationType: [],
    architecture: [],
    rootDeviceType: [],
    bootMode: [],
    enaSupport: [],
    tpmSupport: [],
    instanceTypeSpecification: [],
    imageState: ['state'],
    deprecationTime: [],
    imageId: ['id'],
    name: [],
  },
  ignored: [
    ...['arn', 'blockDeviceMapping', 'blockDeviceMappings', 'creationDate', 'deregistrationProtection', 'description'],
    ...['ebsBlockDevice', 'ephemeralBlockDevice', 'freeTierEligible', 'hypervisor', 'imageAllowed', 'imageLocation'],
    ...['imageOwnerAlias', 'imageOwnerId', 'imageType', 'imageWatermarks', 'imdsSupport', 'isPublic', 'kernelId'],
    ...['lastLaunchedTime', 'manageEbsSnapshots', 'ownerId', 'platform', 'platformDetails', 'productCodes', 'public'],
    ...['publicSsmParameterName', 'ramdiskId', 'region', 'rootDeviceName', 'rootSnapshotId', 'scanResults'],
    ...['sourceImageId', 'sourceImageRegion', 'sourceInstanceId', 'sriovNetSupport', 'stateReason', 'tags', 'tagsAll'],
    ...['tagSet', 'timeouts', 'uefiData', 'usageOperation'],
  ],
}

const IMAGE_FACTS = new Set(Object.keys(IMAGE.meanings).map(normalizeKey))

const SPECIFICATION: KnownKeys = {
  meanings: {
    supportedInstanceTypes: ['supportedInstanceTypeSet', 'supportedInstanceType'],
    unsupportedInstanceTypes: ['unsupportedInstanceTypeSet', 'unsupportedInstanceType'],
  },
  ignored: [],
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const describeKind = (value: unknown): string => {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : JSON.stringify(value).slice(0, 60)
}

const createWrong = (path: string, expected: string, value: unknown): UserError =>
  new UserError(`${path}: expected ${expected}, got ${describeKind(value)}`)

/** One of the values, or undefined if there is none. Throws UserError for any other. */
const readOneOf = <T extends string>(entry: Entry | undefined, values: readonly T[]): T | undefined => {
  if (entry === undefined || entry.value === null) return undefined
  const found = values.find(each => each === entry.value)
  if (found === undefined) throw createWrong(`ami.${entry.key}`, values.join(', '), entry.value)
  return found
}

/** The same of what an image may have none of: null, as DescribeImages leaves it out, and '' of Terraform say that it has none. */
const readOneOrUnset = <T extends string>(entry: Entry | undefined, values: readonly T[]): T | 'unset' | undefined =>
  entry !== undefined && (entry.value === null || entry.value === '') ? 'unset' : readOneOf(entry, values)

/** An absent key is not known; null is what DescribeImages leaves out, and that is false. */
const readEnaSupport = (entry: Entry | undefined): boolean | undefined => {
  if (entry === undefined) return undefined
  if (entry.value === null) return false
  if (typeof entry.value !== 'boolean') throw createWrong(`ami.${entry.key}`, 'true, false or null', entry.value)
  return entry.value
}

const readText = (entry: Entry | undefined): string | undefined => {
  if (entry === undefined || entry.value === null || entry.value === '') return undefined
  if (typeof entry.value !== 'string') throw createWrong(`ami.${entry.key}`, 'a text', entry.value)
  return entry.value
}

const readTime = (entry: Entry | undefined): string | undefined => {
  const text = readText(entry)
  if (entry !== undefined && text !== undefined && Number.isNaN(Date.parse(text)))
    throw createWrong(`ami.${entry.key}`, 'a time such as 2027-01-31T12:00:00Z', text)
  return text
}

/** One pattern of an owner's limit. Throws UserError for what EC2 would not take (EC2 API reference). */
export const readPattern = (value: unknown, path: string): string => {
  const text = isObject(value)
    ? Object.entries(value).find(([key]) => normalizeKey(key) === 'instancetype')?.[1]
    : value
  if (typeof text !== 'string' || !/^(?!.*\*\*)[\w.*-]{1,24}$/.test(text))
    throw createWrong(path, 'a type or a pattern such as m7i.*', text)
  return text
}

/** `["m7i.*"]`, `[{"InstanceType":"m7i.*"}]`, or the same under `items`, as CloudTrail writes sets. */
const readPatterns = (entry: Entry | undefined, path: string): readonly string[] => {
  if (entry === undefined || entry.value === null) return []
  const { value } = entry
  const list = isObject(value) ? (value['items'] ?? value['item'] ?? []) : value
  if (!Array.isArray(list)) throw createWrong(`${path}.${entry.key}`, 'a list of types or patterns', value)
  return list.map((item, index) => readPattern(item, `${path}.${entry.key}[${index}]`))
}

const readSpecification = (entry: Entry | undefined): InstanceTypeSpecification | 'unset' | undefined => {
  if (entry === undefined) return undefined
  if (entry.value === null) return 'unset'
  const path = `ami.${entry.key}`
  // Terraform writes a block as a list of one.
  const [value, ...more] = Array.isArray(entry.value) ? entry.value : [entry.value]
  if (value === undefined) return 'unset'
  if (!isObject(value) || more.length > 0) throw createWrong(path, 'an object with lists of types', entry.value)
  const keys = readKeys(value, `${path}.`, SPECIFICATION)
  return createSpecification(
    readPatterns(keys.get('supportedInstanceTypes'), path),
    readPatterns(keys.get('unsupportedInstanceTypes'), path),
  )
}

/** What the two lists of an owner say; two empty ones say nothing. */
export const createSpecification = (
  supported: readonly string[],
  unsupported: readonly string[],
): InstanceTypeSpecification | 'unset' =>
  supported.length + unsupported.length === 0 ? 'unset' : { supported, unsupported }

/** The facts of an image in a question. An absent fact is not known; null says of those that DescribeImages leaves out that the image has none. */
export const readImage = (ami: Json): ImageFacts => {
  const keys = readKeys(ami, 'ami.', IMAGE)
  return omitUndefined<ImageFacts>({
    virtualizationType: readOneOf(keys.get('virtualizationType'), VIRTUALIZATION_TYPES),
    architecture: readOneOf(keys.get('architecture'), ARCHITECTURES),
    rootDeviceType: readOneOf(keys.get('rootDeviceType'), ROOT_DEVICE_TYPES),
    enaSupport: readEnaSupport(keys.get('enaSupport')),
    bootMode: readOneOrUnset(keys.get('bootMode'), BOOT_MODES),
    tpmSupport: readOneOrUnset(keys.get('tpmSupport'), TPM_VERSIONS),
    instanceTypeSpecification: readSpecification(keys.get('instanceTypeSpecification')),
    imageState: readOneOf(keys.get('imageState'), IMAGE_STATES),
    deprecationTime: readTime(keys.get('deprecationTime')),
    imageId: readText(keys.get('imageId')),
    name: readText(keys.get('name')),
  })
}

const parseQuestion = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new UserError('not valid JSON; write one question a line: {"ami":{…},"instanceType":"…"}')
  }
}

/** One line of questions: `{"ami":{…},"instanceType":"…"}`. Throws UserError, which names the field and the mistake. */
export const readQuestion = (text: string): Question => {
  const question = parseQuestion(text)
  if (!isObject(question)) throw createWrong('the question', 'an object with ami and instanceType', question)
  const misplaced = Object.keys(question).find(key => IMAGE_FACTS.has(normalizeKey(key)))
  if (misplaced !== undefined) throw new UserError(`${misplaced}: a fact of the image; write it into ami`)
  const keys = readKeys(question, '', QUESTION)
  const { key, value: ami } = keys.get('ami') ?? { key: 'ami', value: undefined }
  const instanceType = keys.get('instanceType')?.value
  if (!isObject(ami)) throw createWrong(key, 'an object with the facts of the image', ami)
  if (typeof instanceType !== 'string' || instanceType === '')
    throw createWrong('instanceType', 'the name of a type', instanceType)
  return { image: readImage(ami), instanceType }
}
