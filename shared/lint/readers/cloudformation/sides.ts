import { type ImageParameter, PUBLIC, parseImageParameter } from '../../../facts/image-parameter.ts'
import { getValue, isJson, type Json } from '../json.ts'
import {
  createOpenImage,
  createOpenType,
  IMAGE_ID,
  type ImageSide,
  INSTANCE_TYPE,
  NO_IMAGE,
  type TypeSide,
} from '../pairs.ts'
import { readPublicSide } from '../public-image.ts'
import type { Branches, Given, Resolved, Scope } from './choices.ts'
import { resolve } from './resolve.ts'

const NO_FACTS =
  'The file has no facts of IMAGE: ask virtguard check --image-id IMAGE --instance-type TYPE --region REGION.'
const NO_ID = 'What the file has as its image is no image id: name one like ami-0abcdef1234567890.'
const FROM_RESOURCE = 'Its image comes from another resource, which is only known at deployment.'
const SECRET = 'Its image is a secret, of which nothing is printed.'

const DYNAMIC = /^\{\{(resolve:ssm:[^{}]*)\}\}$/

const readParameter = (parameter: ImageParameter): ImageSide => {
  const { name, reference } = parameter
  if (name.startsWith(PUBLIC)) return readPublicSide(parameter)
  return createOpenImage(
    `Its image is in the parameter ${name} of Systems Manager: read it with aws ssm get-parameter --name ${reference}, and ask virtguard check --image-id AMI --instance-type TYPE --region REGION.`,
    { ...NO_IMAGE, name: `resolve:ssm:${reference}` },
  )
}

const readImageText = (text: string): ImageSide => {
  const trimmed = text.trim()
  if (IMAGE_ID.test(trimmed))
    return createOpenImage(NO_FACTS, { ...NO_IMAGE, name: trimmed, facts: { imageId: trimmed } }, trimmed)
  if (trimmed.startsWith('{{resolve:') && !trimmed.startsWith('{{resolve:ssm:')) return createOpenImage(SECRET)
  // Launch templates take the reference without braces too.
  const parameter = parseImageParameter(DYNAMIC.exec(trimmed)?.[1] ?? trimmed)
  return parameter === undefined ? createOpenImage(NO_ID) : readParameter(parameter)
}

const toImageSide = (resolved: Resolved): ImageSide | undefined => {
  if (resolved.kind === 'open') return createOpenImage(`Its image is not known. ${resolved.hint}`)
  if (resolved.kind === 'resource') return createOpenImage(FROM_RESOURCE)
  const { value } = resolved
  if (value === undefined) return undefined
  return typeof value === 'string' ? readImageText(value) : createOpenImage(NO_ID)
}

/** What an expression says of an image. Undefined if it says nothing. */
export function* readImage(scope: Scope, node: unknown, given: Given): Branches<ImageSide | undefined> {
  for (const { result, given: decided } of resolve(scope, node, given))
    yield { result: toImageSide(result), given: decided }
}

const toTypeSide = (resolved: Resolved): TypeSide | undefined => {
  if (resolved.kind === 'open') return createOpenType(`Its instance type is not known. ${resolved.hint}`)
  const value = resolved.kind === 'value' ? resolved.value : ''
  if (value === undefined) return undefined
  if (typeof value === 'string' && INSTANCE_TYPE.test(value.trim())) return { instanceType: value.trim(), open: [] }
  return createOpenType('What the file has as its instance type is none: write one like m7i.large.')
}

/** The same of an instance type. */
export function* readType(scope: Scope, node: unknown, given: Given): Branches<TypeSide | undefined> {
  for (const { result, given: decided } of resolve(scope, node, given))
    yield { result: toTypeSide(result), given: decided }
}

/** The type that a block names, or that EC2 chooses by its requirements. */
export function* readOwnType(scope: Scope, block: Json, given: Given): Branches<TypeSide | undefined> {
  for (const type of readType(scope, getValue(block, 'InstanceType'), given)) {
    if (type.result !== undefined) yield type
    else
      for (const { result, given: decided } of resolve(scope, getValue(block, 'InstanceRequirements'), type.given)) {
        const isChosen = result.kind !== 'value' || result.value !== undefined
        yield { result: isChosen ? { isTypeChosen: true, open: [] } : undefined, given: decided }
      }
  }
}

/** An object, whose values are expressions still; undefined if there is none; a text why it is not known. */
export type Part = Json | undefined | string

export function* resolvePart(scope: Scope, node: unknown, given: Given): Branches<Part> {
  for (const { result, given: decided } of resolve(scope, node, given)) {
    if (result.kind === 'value' && (isJson(result.value) || result.value === undefined))
      yield { result: result.value, given: decided }
    else
      yield {
        result: result.kind === 'open' ? result.hint : 'What it launches is only known at deployment.',
        given: decided,
      }
  }
}
