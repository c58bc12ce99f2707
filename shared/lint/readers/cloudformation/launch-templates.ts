import type { DeclaredPair } from '../../model/declaration.ts'
import { getValue, isJson, type Json } from '../json.ts'
import { createOpenPair, LEFT_PAIR, overlayPair } from '../pairs.ts'
import type { Branches, Given, Resolved, Scope } from './choices.ts'
import { decide, resolve } from './resolve.ts'
import { readImage, readOwnType, resolvePart } from './sides.ts'
import { type TemplateResource, toScalarText } from './template.ts'

/** What a block says itself, and of the rest what the pair has. */
export function* overlayBlock(scope: Scope, block: Json, pair: DeclaredPair, given: Given): Branches<DeclaredPair> {
  for (const image of readImage(scope, getValue(block, 'ImageId'), given)) {
    for (const type of readOwnType(scope, block, image.given))
      yield { result: overlayPair(pair, { image: image.result, type: type.result }), given: type.given }
  }
}

/** The same of a block that is an expression. */
export function* overlayNode(scope: Scope, node: unknown, pair: DeclaredPair, given: Given): Branches<DeclaredPair> {
  for (const { result, given: decided } of resolvePart(scope, node, given)) {
    if (typeof result === 'string') yield { result: createOpenPair(result), given: decided }
    else yield* overlayBlock(scope, result ?? {}, pair, decided)
  }
}

/** The choices in which a resource is made at all. */
export function* listMade(scope: Scope, { condition }: TemplateResource, given: Given): Generator<Given> {
  if (condition === undefined) return yield given
  for (const { result, given: decided } of decide(scope, { Condition: condition }, given)) if (result) yield decided
}

/** What a launch template says, or a launch configuration; a side that it leaves out is `left`. */
export function* readTemplate(scope: Scope, resource: TemplateResource, given: Given): Branches<DeclaredPair> {
  const isConfiguration = resource.type === 'AWS::AutoScaling::LaunchConfiguration'
  for (const made of listMade(scope, resource, given)) {
    for (const { result, given: decided } of resolvePart(scope, resource.properties, made)) {
      if (typeof result === 'string') yield { result: createOpenPair(result), given: decided }
      else
        yield* overlayNode(scope, isConfiguration ? result : getValue(result, 'LaunchTemplateData'), LEFT_PAIR, decided)
    }
  }
}

const OUTSIDE = 'Its launch template is not in the file. To see it once it is there: virtguard scan --templates.'
const OTHER_VERSION =
  'It launches by a version of its launch template that the file does not have: name it by !GetAtt NAME.LatestVersionNumber.'

/**
 * The resource that an expression names: by a reference, or by the name that it gives itself with the same words. Two may
 * have one name, if each is made on a condition of its own.
 */
const findNamed = (
  { template }: Scope,
  node: unknown,
  { resolved, type, nameKey }: { readonly resolved: Resolved; readonly type: string; readonly nameKey: string },
): readonly TemplateResource[] => {
  const ofType = [...template.resources.values()].filter(resource => resource.type === type)
  if (resolved.kind === 'resource') return ofType.filter(({ id }) => id === resolved.id)
  const written = JSON.stringify(node)
  return ofType.filter(resource => JSON.stringify(getNameNode(resource, nameKey)) === written)
}

const getNameNode = ({ properties }: TemplateResource, key: string): unknown =>
  isJson(properties) ? getValue(properties, key) : undefined

// A new launch template has this one version. The latest is the one that an update makes.
const OWN_VERSIONS = [undefined, '$Latest', '$Default', '1']

const isOwnVersion = (version: Resolved): boolean => {
  if (version.kind === 'resource') return true
  return version.kind === 'value' && OWN_VERSIONS.includes(toScalarText(version.value))
}

function* readVersions(
  scope: Scope,
  specification: Json,
  found: TemplateResource,
  given: Given,
): Branches<DeclaredPair> {
  for (const version of resolve(scope, getValue(specification, 'Version'), given)) {
    if (isOwnVersion(version.result)) yield* readTemplate(scope, found, version.given)
    else yield { result: createOpenPair(OTHER_VERSION), given: version.given }
  }
}

const LAUNCH_TEMPLATE = { type: 'AWS::EC2::LaunchTemplate', nameKey: 'LaunchTemplateName' }

function* readNamed(scope: Scope, specification: Json, given: Given): Branches<DeclaredPair> {
  const node = getValue(specification, 'LaunchTemplateId') ?? getValue(specification, 'LaunchTemplateName')
  for (const { result: resolved, given: decided } of resolve(scope, node, given)) {
    const found = findNamed(scope, node, { resolved, ...LAUNCH_TEMPLATE })
    if (found.length === 0) yield { result: createOpenPair(OUTSIDE), given: decided }
    for (const one of found) yield* readVersions(scope, specification, one, decided)
  }
}

/** What the launch template says that a specification names; nothing if there is no specification. */
export function* readSpecification(scope: Scope, node: unknown, given: Given): Branches<DeclaredPair | undefined> {
  for (const { result, given: decided } of resolvePart(scope, node, given)) {
    if (result === undefined) yield { result, given: decided }
    else if (typeof result === 'string') yield { result: createOpenPair(result), given: decided }
    else yield* readNamed(scope, result, decided)
  }
}

const NO_CONFIGURATION = 'Its launch configuration is not in the file, or only known at deployment.'
const CONFIGURATION = { type: 'AWS::AutoScaling::LaunchConfiguration', nameKey: 'LaunchConfigurationName' }

/** What the launch configuration says that an expression names. */
export function* readConfiguration(scope: Scope, node: unknown, given: Given): Branches<DeclaredPair | undefined> {
  for (const { result: resolved, given: decided } of resolve(scope, node, given)) {
    const isAbsent = resolved.kind === 'value' && resolved.value === undefined
    const found = isAbsent ? [] : findNamed(scope, node, { resolved, ...CONFIGURATION })
    if (found.length === 0) yield { result: isAbsent ? undefined : createOpenPair(NO_CONFIGURATION), given: decided }
    for (const one of found) yield* readTemplate(scope, one, decided)
  }
}
