import type { DeclaredPair } from '../../model/declaration.ts'
import { getValue, isJson, type Json } from '../json.ts'
import { createOpenPair, LEFT_PAIR } from '../pairs.ts'
import type { Branches, Given, Scope } from './choices.ts'
import { overlayBlock, overlayNode, readConfiguration, readSpecification } from './launch-templates.ts'
import { resolveEach, resolveList } from './resolve.ts'
import { resolvePart } from './sides.ts'

/** Each pair that the properties of a resource launch. */
export type Reader = (scope: Scope, properties: Json, given: Given) => Branches<DeclaredPair>

export function* readInstance(scope: Scope, properties: Json, given: Given): Branches<DeclaredPair> {
  for (const { result, given: decided } of readSpecification(scope, getValue(properties, 'LaunchTemplate'), given))
    yield* overlayBlock(scope, properties, result ?? LEFT_PAIR, decided)
}

/** Each override by its own image, type and template; the template alone if there is no override. */
function* readOverrides(scope: Scope, launch: Json, pair: DeclaredPair, given: Given): Branches<DeclaredPair> {
  for (const { result, given: decided } of resolveList(scope, getValue(launch, 'Overrides'), given)) {
    if (typeof result === 'string') yield { result: createOpenPair(result), given: decided }
    else {
      yield* readTemplateAlone(scope, result, pair, decided)
      for (const node of result) yield* readOverride(scope, node, pair, decided)
    }
  }
}

const isConditional = (node: unknown): boolean => isJson(node) && Object.hasOwn(node, 'Fn::If')

/** The pair of the template, where no override is left of those on conditions. */
function* readTemplateAlone(
  scope: Scope,
  overrides: readonly unknown[],
  pair: DeclaredPair,
  given: Given,
): Branches<DeclaredPair> {
  if (!overrides.every(isConditional)) return
  for (const { result, given: decided } of resolveEach(scope, overrides, given)) {
    const isNone = result.every(one => one.kind === 'value' && one.value === undefined)
    if (isNone) yield { result: pair, given: decided }
  }
}

function* readOverride(scope: Scope, node: unknown, pair: DeclaredPair, given: Given): Branches<DeclaredPair> {
  for (const { result, given: decided } of resolvePart(scope, node, given)) {
    if (typeof result === 'string') yield { result: createOpenPair(result), given: decided }
    else if (result !== undefined)
      for (const own of readSpecification(scope, getValue(result, 'LaunchTemplateSpecification'), decided))
        yield* overlayBlock(scope, result, own.result ?? pair, own.given)
  }
}

/** A launch template with its overrides: of a group with a mix of types, of a fleet. */
function* readLaunch(scope: Scope, node: unknown, given: Given): Branches<DeclaredPair> {
  for (const { result, given: decided } of resolvePart(scope, node, given)) {
    if (typeof result === 'string') yield { result: createOpenPair(result), given: decided }
    else if (result !== undefined)
      for (const named of readSpecification(scope, getValue(result, 'LaunchTemplateSpecification'), decided))
        yield* readOverrides(scope, result, named.result ?? LEFT_PAIR, named.given)
  }
}

const NO_LAUNCH = 'What it launches is not in the file.'

function* readPlainGroup(scope: Scope, properties: Json, given: Given): Branches<DeclaredPair> {
  for (const template of readSpecification(scope, getValue(properties, 'LaunchTemplate'), given)) {
    if (template.result !== undefined) yield { result: template.result, given: template.given }
    else
      for (const { result, given: decided } of readConfiguration(
        scope,
        getValue(properties, 'LaunchConfigurationName'),
        template.given,
      ))
        yield { result: result ?? createOpenPair(NO_LAUNCH), given: decided }
  }
}

export function* readGroup(scope: Scope, properties: Json, given: Given): Branches<DeclaredPair> {
  for (const { result, given: decided } of resolvePart(scope, getValue(properties, 'MixedInstancesPolicy'), given)) {
    if (typeof result === 'string') yield { result: createOpenPair(result), given: decided }
    else if (result === undefined) yield* readPlainGroup(scope, properties, decided)
    else yield* readLaunch(scope, getValue(result, 'LaunchTemplate'), decided)
  }
}

type ItemReader = (scope: Scope, node: unknown, given: Given) => Branches<DeclaredPair>

function* readItems(scope: Scope, node: unknown, given: Given, read: ItemReader): Branches<DeclaredPair> {
  for (const { result, given: decided } of resolveList(scope, node, given)) {
    if (typeof result === 'string') yield { result: createOpenPair(result), given: decided }
    else for (const item of result) yield* read(scope, item, decided)
  }
}

export function* readFleet(scope: Scope, properties: Json, given: Given): Branches<DeclaredPair> {
  yield* readItems(scope, getValue(properties, 'LaunchTemplateConfigs'), given, readLaunch)
}

export function* readSpotFleet(scope: Scope, properties: Json, given: Given): Branches<DeclaredPair> {
  for (const { result, given: decided } of resolvePart(
    scope,
    getValue(properties, 'SpotFleetRequestConfigData'),
    given,
  )) {
    const data = typeof result === 'string' ? undefined : result
    if (typeof result === 'string') yield { result: createOpenPair(result), given: decided }
    yield* readItems(scope, getValue(data, 'LaunchSpecifications'), decided, (_, item, chosen) =>
      overlayNode(scope, item, LEFT_PAIR, chosen),
    )
    yield* readItems(scope, getValue(data, 'LaunchTemplateConfigs'), decided, readLaunch)
  }
}
