import type { ImageFacts } from '../../../facts/facts.ts'
import { omitUndefined } from '../../../facts/fields.ts'
import { parseBootMode } from '../../../facts/image-fields.ts'
import { type ImageParameter, PUBLIC, parseImageParameter } from '../../../facts/image-parameter.ts'
import type { DeclaredImage } from '../../model/declaration.ts'
import { getText } from '../json.ts'
import { createOpenImage, IMAGE_ID, type ImageSide, NO_IMAGE, nameSources } from '../pairs.ts'
import { readPublicSide } from '../public-image.ts'
import { type Attribute, getAttribute } from './block.ts'
import { findTarget } from './configuration.ts'
import { IMAGES, PARAMETER } from './resource-types.ts'
import { listInstances, type Plan, type PlannedResource } from './resources.ts'

const WORD = /^[a-z0-9_.-]{1,32}$/

const createOpen = (hint: string, name?: string): ImageSide =>
  createOpenImage(hint, name === undefined ? NO_IMAGE : { ...NO_IMAGE, name })

/** A key that the provider does not have says nothing; null says that the image has no such parameter. */
const readKey = <T>(
  resource: PlannedResource,
  key: string,
  read: (text: string | undefined) => T | undefined,
): T | undefined => {
  const { value, isUnknown, isSensitive } = getAttribute(resource, key)
  if (isUnknown || isSensitive || !Object.hasOwn(resource.values, key)) return undefined
  if (value === undefined || value === '') return read(undefined)
  return typeof value === 'string' && WORD.test(value) ? read(value) : undefined
}

const readEna = (resource: PlannedResource): boolean | undefined => {
  const { value, isUnknown } = getAttribute(resource, 'ena_support')
  if (isUnknown || !Object.hasOwn(resource.values, 'ena_support')) return undefined
  // Left out of the answer, and sent as false by aws_ami.
  if (value === undefined) return false
  return typeof value === 'boolean' ? value : undefined
}

const readVirtualization = (text: string | undefined): ImageFacts['virtualizationType'] =>
  text === 'hvm' || text === 'paravirtual' ? text : undefined

/** The facts that a plan has of an image. Its name and its tags are not among them, because they decide nothing. */
const readFacts = (resource: PlannedResource): ImageFacts =>
  omitUndefined<ImageFacts>({
    virtualizationType: readKey(resource, 'virtualization_type', readVirtualization),
    architecture: readKey(resource, 'architecture', text => text),
    rootDeviceType: readKey(resource, 'root_device_type', text => text),
    enaSupport: readEna(resource),
    bootMode: readKey(resource, 'boot_mode', parseBootMode),
    tpmSupport: readKey(resource, 'tpm_support', text => text ?? 'unset'),
  })

const readId = (resource: PlannedResource): string | undefined => {
  const { value } = getAttribute(resource, 'id')
  return typeof value === 'string' && IMAGE_ID.test(value) ? value : undefined
}

const MOST_COPIES = 5

/** A copy has the facts of its source; its own are known only once it is made. */
const readCopied = (plan: Plan, resource: PlannedResource, copies: number): ImageFacts => {
  if (resource.type !== 'aws_ami_copy' || copies >= MOST_COPIES) return {}
  return resolveImage(plan, resource, getAttribute(resource, 'source_ami_id'), copies + 1).image.facts
}

const readImage = (plan: Plan, resource: PlannedResource, copies = 0): DeclaredImage => {
  const imageId = readId(resource)
  const facts = omitUndefined<ImageFacts>({ ...readCopied(plan, resource, copies), ...readFacts(resource), imageId })
  return { name: imageId ?? resource.address, facts, sources: nameSources(facts, 'plan') }
}

const isImage = ({ type }: PlannedResource): boolean => IMAGES.includes(type)

const isSame = (a: DeclaredImage, b: DeclaredImage | undefined): boolean =>
  b !== undefined && JSON.stringify({ ...a.facts, imageId: '' }) === JSON.stringify({ ...b.facts, imageId: '' })

const SOME_FACTS =
  'The plan has not all facts of IMAGE: a newer provider reads more, or ask: virtguard check --image-id IMAGE --instance-type TYPE --region REGION.'
const NOT_MADE = 'What it leaves open of its image is only known once the image is made.'

/** An image that the plan knows. How to learn the rest only counts where something is missing. */
const toSide = (image: DeclaredImage): ImageSide => {
  const { imageId } = image.facts
  return imageId === undefined ? createOpenImage(NOT_MADE, image) : createOpenImage(SOME_FACTS, image, imageId)
}

const NO_FACTS =
  'The plan has no facts of IMAGE: a data "aws_ami" that finds it would have them, or ask: virtguard check --image-id IMAGE --instance-type TYPE --region REGION.'

/** The public parameter of AWS that a data source read an image from. Some have the id in an object of JSON. */
const findParameter = (plan: Plan, imageId: unknown): ImageParameter | undefined => {
  if (typeof imageId !== 'string' || !IMAGE_ID.test(imageId)) return undefined
  const found = (plan.byType.get(PARAMETER) ?? []).find(({ isData, values }) =>
    [getText(values, 'value'), getText(values, 'insecure_value')].some(
      text => isData && (text === imageId || text?.includes(`"${imageId}"`)),
    ),
  )
  const name = found === undefined ? undefined : getText(found.values, 'name')
  return name?.startsWith(PUBLIC) ? parseImageParameter(name) : undefined
}

const findById = (plan: Plan, imageId: string, copies: number): ImageSide => {
  const found = IMAGES.flatMap(type => plan.byType.get(type) ?? [])
    .filter(resource => readId(resource) === imageId)
    .map(resource => readImage(plan, resource, copies))
  const [image, ...others] = found
  if (image !== undefined && others.every(other => isSame(other, image))) return toSide(image)
  const parameter = findParameter(plan, imageId)
  if (parameter !== undefined) return readPublicSide(parameter)
  return createOpenImage(NO_FACTS, { ...NO_IMAGE, name: imageId, facts: { imageId } }, imageId)
}

const UNREFERENCED = 'Its image is only known at apply: name it by the id of one data "aws_ami" or of one aws_ami.'

const findByReference = (plan: Plan, from: PlannedResource, { expression }: Attribute, copies: number): ImageSide => {
  const target = findTarget(plan.configuration, from.module, expression)
  if (target === undefined || ![undefined, 'id', 'image_id'].includes(target.attribute)) return createOpen(UNREFERENCED)
  const images = listInstances(plan, target, from)
    .filter(isImage)
    .map(resource => readImage(plan, resource, copies))
  const [image, ...others] = images
  if (image === undefined)
    return createOpen(`Its image comes from ${target.address}, which is only known at apply.`, target.address)
  if (others.some(other => !isSame(other, image)))
    return createOpen(`Its image is one of ${images.length} of ${target.address}, which differ.`, target.address)
  return toSide(image)
}

const NO_ID = 'What the plan has as its image is no image id: name one like ami-0abcdef1234567890.'
const SENSITIVE = 'The plan marks its image as sensitive, and virtguard prints nothing of such a value.'

/** The provider marks the value of every parameter as sensitive. The name of a public one is no secret. */
const readSensitive = (plan: Plan, { value }: Attribute): ImageSide => {
  const parameter = findParameter(plan, value)
  return parameter === undefined ? createOpen(SENSITIVE) : readPublicSide(parameter)
}

/** The image that an attribute names: by its id, else by the one resource that makes or finds it. */
export const resolveImage = (plan: Plan, from: PlannedResource, attribute: Attribute, copies = 0): ImageSide => {
  if (attribute.isSensitive) return readSensitive(plan, attribute)
  if (attribute.isUnknown || attribute.value === undefined) return findByReference(plan, from, attribute, copies)
  const { value } = attribute
  return typeof value === 'string' && IMAGE_ID.test(value) ? findById(plan, value, copies) : createOpen(NO_ID)
}

/** An image that the plan registers. RegisterImage knows paravirtual as its default, and the provider writes it out. */
export const readRegisteredImage = (plan: Plan, resource: PlannedResource): DeclaredImage | undefined =>
  !resource.isData && isImage(resource) && resource.actions.includes('create') ? readImage(plan, resource) : undefined
