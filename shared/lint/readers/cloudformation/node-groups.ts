import { readEksImageType } from '../../../facts/image-parameter.ts'
import type { DeclaredPair } from '../../model/declaration.ts'
import { getValue, type Json } from '../json.ts'
import {
  createOpenImage,
  createOpenPair,
  createOpenType,
  type ImageSide,
  LEFT_PAIR,
  nameSources,
  overlayPair,
} from '../pairs.ts'
import { type Branches, follow, type Given, type Scope, yieldOne } from './choices.ts'
import { readSpecification } from './launch-templates.ts'
import { resolve, resolveList } from './resolve.ts'
import { type Part, readImage, readType, resolvePart } from './sides.ts'

/** Each type of a list with what the pair says of the image; the pair alone if the list is empty. */
function* spreadTypes(scope: Scope, node: unknown, pair: DeclaredPair, given: Given): Branches<DeclaredPair> {
  for (const { result, given: decided } of resolveList(scope, node, given)) {
    if (typeof result === 'string')
      yield { result: overlayPair(pair, { image: undefined, type: createOpenType(result) }), given: decided }
    else if (result.length === 0) yield { result: pair, given: decided }
    else
      for (const item of result) {
        for (const type of readType(scope, item, decided))
          yield { result: overlayPair(pair, { image: undefined, type: type.result }), given: type.given }
      }
  }
}

const NO_IMAGE_TYPE = 'It does not say its AmiType, and which image EKS takes then is not in the template: write it.'

const readEksImage = (type: string | undefined, pair: DeclaredPair): ImageSide | undefined => {
  const facts = type === undefined ? undefined : readEksImageType(type)
  if (facts !== undefined && type !== undefined) {
    const image = { name: type, facts, sources: nameSources(facts, 'name') }
    return createOpenImage(`The image type ${type} does not say all of its image.`, image)
  }
  // The image of the template counts.
  if (!pair.left.includes('image')) return undefined
  return createOpenImage(type === undefined ? NO_IMAGE_TYPE : 'lint does not know its AmiType.')
}

// EKS API reference, CreateNodegroup.
const EKS_DEFAULT = 't3.medium'

const fillType = (pair: DeclaredPair): DeclaredPair =>
  pair.left.includes('type')
    ? overlayPair(pair, { image: undefined, type: { instanceType: EKS_DEFAULT, open: [] } })
    : pair

export function* readNodegroup(scope: Scope, properties: Json, given: Given): Branches<DeclaredPair> {
  for (const named of readNodeTemplate(scope, getValue(properties, 'LaunchTemplate'), given)) {
    for (const type of resolve(scope, getValue(properties, 'AmiType'), named.given)) {
      const text = type.result.kind === 'value' ? type.result.value : 'open'
      const image = readEksImage(typeof text === 'string' ? text : undefined, named.result)
      const pair = overlayPair(named.result, { image, type: undefined })
      for (const { result, given: decided } of spreadTypes(
        scope,
        getValue(properties, 'InstanceTypes'),
        pair,
        type.given,
      ))
        yield { result: fillType(result), given: decided }
    }
  }
}

/** EKS writes Id and Name for what the others call LaunchTemplateId and LaunchTemplateName. */
const spellSpecification = (part: Json): Json => ({
  LaunchTemplateId: getValue(part, 'LaunchTemplateId') ?? getValue(part, 'Id'),
  LaunchTemplateName: getValue(part, 'LaunchTemplateName') ?? getValue(part, 'Name'),
  Version: getValue(part, 'Version'),
})

function* readNodeTemplate(scope: Scope, node: unknown, given: Given): Branches<DeclaredPair> {
  for (const { result, given: decided } of resolvePart(scope, node, given)) {
    if (typeof result === 'string') yield { result: createOpenPair(result), given: decided }
    else if (result === undefined) yield { result: LEFT_PAIR, given: decided }
    else
      for (const named of readSpecification(scope, spellSpecification(result), decided))
        yield { result: named.result ?? LEFT_PAIR, given: named.given }
  }
}

const BATCH_CHOOSES = 'Batch chooses the image, or the type, from what it says: name an image and whole types.'

const getImageOverride = (part: Part): unknown =>
  typeof part === 'string' ? undefined : getValue(part, 'ImageIdOverride')

const readConfiguredImage = (scope: Scope, resources: Json, given: Given): Branches<ImageSide | undefined> =>
  follow(resolveList(scope, getValue(resources, 'Ec2Configuration'), given), (list, decided) =>
    follow<Part, ImageSide | undefined>(
      resolvePart(scope, typeof list === 'string' ? undefined : list[0], decided),
      (part, chosen) => readImage(scope, getImageOverride(part), chosen),
    ),
  )

const readBatchImage = (scope: Scope, resources: Json, given: Given): Branches<ImageSide | undefined> =>
  follow(readImage(scope, getValue(resources, 'ImageId'), given), (image, decided) =>
    image === undefined ? readConfiguredImage(scope, resources, decided) : yieldOne(image, decided),
  )

const closeBatch = (pair: DeclaredPair): DeclaredPair => ({
  ...pair,
  open: [...pair.open, ...pair.left.map(side => ({ side, hint: BATCH_CHOOSES }))],
  left: [],
})

function* readComputeResources(scope: Scope, resources: Json, given: Given): Branches<DeclaredPair> {
  for (const named of readNodeTemplate(scope, getValue(resources, 'LaunchTemplate'), given)) {
    for (const image of readBatchImage(scope, resources, named.given)) {
      const pair = overlayPair(named.result, { image: image.result, type: undefined })
      for (const { result, given: decided } of spreadTypes(
        scope,
        getValue(resources, 'InstanceTypes'),
        pair,
        image.given,
      ))
        yield { result: closeBatch(result), given: decided }
    }
  }
}

export function* readComputeEnvironment(scope: Scope, properties: Json, given: Given): Branches<DeclaredPair> {
  for (const { result, given: decided } of resolvePart(scope, getValue(properties, 'ComputeResources'), given)) {
    if (typeof result === 'string') yield { result: createOpenPair(result), given: decided }
    else if (result !== undefined)
      for (const type of resolve(scope, getValue(result, 'Type'), decided)) {
        const isFargate = type.result.kind === 'value' && /^FARGATE/.test(String(type.result.value))
        if (!isFargate) yield* readComputeResources(scope, result, type.given)
      }
  }
}
