// Services that launch instances with images of their own: their types are in the template, and their images are not.
import type { DeclaredPair } from '../../model/declaration.ts'
import { getValue, type Json } from '../json.ts'
import { createOpenImage, createOpenPair, LEFT_PAIR, overlayPair } from '../pairs.ts'
import type { Branches, Given, Scope } from './choices.ts'
import type { Reader } from './launches.ts'
import { spreadTypes } from './node-groups.ts'
import { resolveList } from './resolve.ts'
import { readImage, readType, resolvePart } from './sides.ts'

const ASK = 'virtguard check --image-id AMI --instance-type TYPE --region REGION'
const EMR = `EMR takes the image of its release, whose id CloudFormation does not say, unless CustomAmiId names one: of a cluster that runs, ask ${ASK}.`
const CLOUD9 = `Cloud9 takes an image by its alias, whose id CloudFormation does not say: it is in the parameter /aws/service/cloud9/amis/ALIAS; ask ${ASK}.`
const BUILDER = `Image Builder takes the image of the recipe, which is not part of this resource: ask for its parent image, ${ASK}.`

const createServicePair = (hint: string): DeclaredPair =>
  overlayPair(LEFT_PAIR, { image: createOpenImage(hint), type: undefined })

/** The type of a block, with its own CustomAmiId if it has one. */
function* readBlock(scope: Scope, block: Json, pair: DeclaredPair, given: Given): Branches<DeclaredPair> {
  for (const image of readImage(scope, getValue(block, 'CustomAmiId'), given)) {
    for (const type of readType(scope, getValue(block, 'InstanceType'), image.given))
      yield { result: overlayPair(pair, { image: image.result, type: type.result }), given: type.given }
  }
}

/** A group, which names a type, or a fleet, which names several. */
function* readGroup(scope: Scope, node: unknown, pair: DeclaredPair, given: Given): Branches<DeclaredPair> {
  for (const { result, given: decided } of resolvePart(scope, node, given)) {
    if (typeof result === 'string') yield { result: createOpenPair(result), given: decided }
    else if (result !== undefined && Object.hasOwn(result, 'InstanceTypeConfigs'))
      yield* readGroups(scope, getValue(result, 'InstanceTypeConfigs'), pair, decided)
    else if (result !== undefined) yield* readBlock(scope, result, pair, decided)
  }
}

function* readGroups(scope: Scope, node: unknown, pair: DeclaredPair, given: Given): Branches<DeclaredPair> {
  for (const { result, given: decided } of resolveList(scope, node, given)) {
    if (typeof result === 'string') yield { result: createOpenPair(result), given: decided }
    else for (const one of result) yield* readGroup(scope, one, pair, decided)
  }
}

const SINGLE = ['MasterInstanceGroup', 'CoreInstanceGroup', 'MasterInstanceFleet', 'CoreInstanceFleet']
const LISTS = ['TaskInstanceGroups', 'TaskInstanceFleets']

function* readCluster(scope: Scope, properties: Json, given: Given): Branches<DeclaredPair> {
  for (const image of readImage(scope, getValue(properties, 'CustomAmiId'), given)) {
    const pair = overlayPair(createServicePair(EMR), { image: image.result, type: undefined })
    for (const { result, given: decided } of resolvePart(scope, getValue(properties, 'Instances'), image.given)) {
      if (typeof result === 'string') yield { result: createOpenPair(result), given: decided }
      for (const key of SINGLE) yield* readGroup(scope, getPartValue(result, key), pair, decided)
      for (const key of LISTS) yield* readGroups(scope, getPartValue(result, key), pair, decided)
    }
  }
}

const getPartValue = (part: Json | undefined | string, key: string): unknown =>
  typeof part === 'string' ? undefined : getValue(part, key)

/** How the resources of these services are read. */
export const SERVICE_READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['AWS::EMR::Cluster', readCluster],
  ...['AWS::EMR::InstanceGroupConfig', 'AWS::EMR::InstanceFleetConfig'].map((type): readonly [string, Reader] => [
    type,
    (scope, properties, given) => readGroup(scope, properties, createServicePair(EMR), given),
  ]),
  [
    'AWS::ImageBuilder::InfrastructureConfiguration',
    (scope, properties, given) =>
      spreadTypes(scope, getValue(properties, 'InstanceTypes'), createServicePair(BUILDER), given),
  ],
  [
    'AWS::Cloud9::EnvironmentEC2',
    (scope, properties, given) =>
      readBlock(scope, { InstanceType: getValue(properties, 'InstanceType') }, createServicePair(CLOUD9), given),
  ],
])
