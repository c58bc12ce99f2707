// Templates of Packer: its JSON, and its HCL2 after a parser of HCL has made JSON of it. Image and type are those of the
// instance that builds, and some builders register an image of their own making.
import type { ImageFacts } from '../../../facts/facts.ts'
import { omitUndefined } from '../../../facts/fields.ts'
import { parseBootMode } from '../../../facts/image-fields.ts'
import type { Declaration, DeclaredPair } from '../../model/declaration.ts'
import { readImageFilters } from '../image-filters.ts'
import { getPart, getText, getValue, isJson, type Json, listParts, listTexts } from '../json.ts'
import {
  createOpenImage,
  createOpenType,
  IMAGE_ID,
  type ImageSide,
  INSTANCE_TYPE,
  LEFT_PAIR,
  nameSources,
  overlayPair,
  type TypeSide,
} from '../pairs.ts'
import { createNamedImage } from './named-image.ts'

/** A builder, and how its texts are resolved. */
type Builder = {
  readonly address: string
  readonly kind: string
  readonly body: Json
  readonly resolve: (text: string) => string | undefined
  /** The filters of a data source that a text refers to. */
  readonly findData: (text: string) => Json | undefined
}

const AMAZON = /^amazon-(ebs|ebssurrogate|ebsvolume|chroot|instance)$/

const OPEN = 'It is not written out, and has no default: write it, or give the variable a default.'

const resolveText = ({ body, resolve }: Builder, key: string): string | undefined => {
  const text = getText(body, key)
  return text === undefined ? undefined : resolve(text)
}

const readFilters = (filters: Json | undefined, { resolve }: Pick<Builder, 'resolve'>): ImageFacts =>
  readImageFilters(name => {
    const value = getValue(filters, name)
    const resolved = typeof value === 'string' ? resolve(value) : undefined
    return resolved === undefined ? [] : [resolved]
  })

const FOUND = 'Packer finds its image when it builds. What its filters do not say is only known then.'

const createFiltered = (filters: Json | undefined, builder: Builder): ImageSide => {
  const facts = readFilters(filters, builder)
  return createOpenImage(FOUND, { facts, sources: nameSources(facts, 'name') })
}

const firstPart = (body: Json, key: string): Json | undefined => getPart(body, key) ?? listParts(body, key)[0]

const readSource = (builder: Builder): ImageSide | undefined => {
  const written = getText(builder.body, 'source_ami')
  if (written !== undefined) {
    const data = builder.findData(written)
    if (data !== undefined) return createFiltered(firstPart(data, 'filters'), builder)
    const id = builder.resolve(written)
    if (id === undefined) return createOpenImage(`Its image is not known. ${OPEN}`)
    return IMAGE_ID.test(id) ? createNamedImage(id) : createOpenImage('What the file has as its image is no image id.')
  }
  const filter = firstPart(builder.body, 'source_ami_filter')
  return filter === undefined ? undefined : createFiltered(firstPart(filter, 'filters'), builder)
}

const toTypeSide = (type: string | undefined): TypeSide => {
  if (type === undefined) return createOpenType(`Its instance type is not known. ${OPEN}`)
  return INSTANCE_TYPE.test(type)
    ? { instanceType: type, open: [] }
    : createOpenType('What the file has as its instance type is none: write one like m7i.large.')
}

const listTypeSides = (builder: Builder): readonly TypeSide[] => {
  const spot = listTexts(builder.body, 'spot_instance_types')
  if (spot.length > 0) return spot.map(type => toTypeSide(builder.resolve(type)))
  return Object.hasOwn(builder.body, 'instance_type') ? [toTypeSide(resolveText(builder, 'instance_type'))] : []
}

const NOT_SAID = 'The builder does not say it.'

/** amazon-chroot builds on the instance that Packer runs on. */
const listPairs = (builder: Builder): readonly DeclaredPair[] => {
  if (builder.kind === 'amazon-chroot') return []
  const image = readSource(builder) ?? createOpenImage(`Its image is not known. ${NOT_SAID}`)
  const types = listTypeSides(builder)
  const sides = types.length > 0 ? types : [createOpenType(`Its instance type is not known. ${NOT_SAID}`)]
  return sides.map(type => overlayPair(LEFT_PAIR, { image, type }))
}

const readFlag = (body: Json, key: string): boolean => {
  const value = getValue(body, key)
  return value === true || value === 'true'
}

const WORD = /^[a-z0-9_.-]{1,32}$/

const readWord = (builder: Builder, key: string, otherwise: string): string | undefined => {
  if (!Object.hasOwn(builder.body, key)) return otherwise
  const text = resolveText(builder, key)
  return text !== undefined && WORD.test(text) ? text : undefined
}

/**
 * The image that a builder registers itself: paravirtual, and without ENA, unless it says otherwise (Packer's page on each
 * builder). The others make an image of their instance, which keeps the facts of its own.
 */
const readRegistered = (builder: Builder): ImageFacts | undefined => {
  const isFromScratch = builder.kind === 'amazon-chroot' && readFlag(builder.body, 'from_scratch')
  if (!['amazon-ebssurrogate', 'amazon-instance'].includes(builder.kind) && !isFromScratch) return undefined
  const virtualization = readWord(builder, 'ami_virtualization_type', 'paravirtual')
  const isBootModeSaid = Object.hasOwn(builder.body, 'boot_mode')
  return omitUndefined<ImageFacts>({
    virtualizationType: virtualization === 'hvm' || virtualization === 'paravirtual' ? virtualization : undefined,
    architecture: readWord(builder, 'ami_architecture', 'x86_64'),
    rootDeviceType: builder.kind === 'amazon-instance' ? 'instance-store' : 'ebs',
    enaSupport: readFlag(builder.body, 'ena_support'),
    bootMode: isBootModeSaid ? parseBootMode(resolveText(builder, 'boot_mode') ?? '?') : 'unset',
    tpmSupport: readWord(builder, 'tpm_support', 'unset'),
  })
}

const readBuilder = (builder: Builder): readonly Declaration[] => {
  const pairs = listPairs(builder)
  const facts = readRegistered(builder)
  const place = { address: builder.address }
  const region = resolveText(builder, 'region')
  const where = region !== undefined && /^[a-z]{2}(-[a-z]+)+-\d$/.test(region) ? { region } : {}
  const launch: readonly Declaration[] =
    pairs.length === 0 ? [] : [{ kind: 'launch', place, resourceType: 'AwsEc2LaunchRequest', ...where, pairs }]
  if (facts === undefined) return launch
  const image = { name: 'the image', facts, sources: nameSources(facts, 'template') }
  return [...launch, { kind: 'image', place, resourceType: 'AwsEc2Image', ...where, image }]
}

const toAddress = (kind: string, name: string | undefined): string =>
  name !== undefined && /^[\w-]{1,128}$/.test(name) ? `${kind}.${name}` : kind

const toValue = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined

/** JSON: a text is written out, or is one variable that has a default. */
const createUserResolver =
  (variables: Json | undefined): Builder['resolve'] =>
  text => {
    const [, name] = /^\{\{\s*user\s+[`"]([\w-]+)[`"]\s*\}\}$/.exec(text) ?? []
    if (name === undefined) return text.includes('{{') ? undefined : text
    return toValue(getValue(variables, name))
  }

const listOldBuilders = (template: Json): readonly Builder[] =>
  listParts(template, 'builders').map(body => {
    const kind = getText(body, 'type') ?? ''
    const resolve = createUserResolver(getPart(template, 'variables'))
    return { address: toAddress(kind, getText(body, 'name')), kind, body, resolve, findData: () => undefined }
  })

/** The first block of a kind by its labels: a parser of HCL makes a list of each. */
const getBlock = (root: Json, ...labels: readonly string[]): Json | undefined => {
  let part: Json | undefined = root
  for (const label of labels.slice(0, -1)) part = getPart(part, label)
  return part === undefined ? undefined : listParts(part, labels.at(-1) ?? '')[0]
}

/** HCL2: a text is written out, or is one variable or one local that is. */
const createReferenceResolver = (root: Json): Builder['resolve'] => {
  const locals = new Map(listParts(root, 'locals').flatMap(one => Object.entries(one)))
  const findWritten = (kind: string, name: string): string | undefined =>
    kind === 'var' ? toValue(getValue(getBlock(root, 'variable', name), 'default')) : toValue(locals.get(name))
  return text => {
    const [, kind, name] = /^\$\{(var|local)\.([\w-]+)\}$/.exec(text) ?? []
    const found = kind === undefined || name === undefined ? text : findWritten(kind, name)
    return found === undefined || /[$%]\{/.test(found) ? undefined : found
  }
}

const listNewBuilders = (root: Json): readonly Builder[] => {
  const resolve = createReferenceResolver(root)
  const findData = (text: string): Json | undefined => {
    const [, name] = /^\$\{data\.amazon-ami\.([\w-]+)\.id\}$/.exec(text) ?? []
    return name === undefined ? undefined : getBlock(root, 'data', 'amazon-ami', name)
  }
  return Object.entries(getPart(root, 'source') ?? {}).flatMap(([kind, named]) =>
    (isJson(named) ? Object.keys(named) : []).flatMap(name => {
      const body = isJson(named) ? listParts(named, name)[0] : undefined
      return body === undefined ? [] : [{ address: toAddress(kind, name), kind, body, resolve, findData }]
    }),
  )
}

const listBuilders = (value: Json): readonly Builder[] =>
  [...listOldBuilders(value), ...listNewBuilders(value)].filter(({ kind }) => AMAZON.test(kind))

/** Whether an object is a template of Packer, or JSON that was made of its HCL2. */
export const isPacker = (value: Json): boolean =>
  Array.isArray(getValue(value, 'builders'))
    ? listParts(value, 'builders').some(({ type }) => typeof type === 'string')
    : Object.keys(getPart(value, 'source') ?? {}).some(kind => AMAZON.test(kind))

/** What a template of Packer launches and registers on EC2. */
export const readPacker = (value: Json): readonly Declaration[] => listBuilders(value).flatMap(readBuilder)

/** Whether a text is HCL2 of Packer that builds on EC2. */
export const isPackerSource = (text: string): boolean => /^\s*source\s+"amazon-[a-z]+"\s+"[^"]*"\s*\{/m.test(text)
