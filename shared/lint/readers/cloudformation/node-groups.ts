import type { DeclaredPair } from '../../model/declaration.ts'
import { getValue, type Json } from '../json.ts'
import { closeBatch, fillEksType, readEksImage } from '../node-images.ts'
import { createOpenPair, createOpenType, type ImageSide, LEFT_PAIR, overlayPair } from '../pairs.ts'
import { type Branches, follow, type Given, type Scope, yieldOne } from './choices.ts'
import { readSpecification } from './launch-templates.ts'
import { resolve, resolveList } from './resolve.ts'
import { type Part, readImage, readType, resolvePart } from './sides.ts'

/** Each type of a list with what the pair says of the image; the pair alone if the list is empty. */
export function* spreadTypes(scope: Scope, node: unknown, pair: DeclaredPair, given: Given): Branches<DeclaredPair> {
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
        yield { result: fillEksType(result), given: decided }
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
