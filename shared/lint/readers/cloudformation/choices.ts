// What a template leaves open, and the choices that are made of it.
import { getValue, isJson } from '../json.ts'
import type { Parameter, Template } from './template.ts'

/** The choices so far: values of parameters and of the Region, and what was decided of open comparisons. */
export type Given = ReadonlyMap<string, string>

export type Scope = {
  readonly template: Template
  readonly region?: string
  readonly accountId?: string
  /** How many more steps may be made, and whether a choice came to nothing. */
  readonly progress: { left: number; hasDeadEnd: boolean }
  /** How deep conditions ask for conditions. */
  readonly depth?: number
}

/** What an expression is. `resource`: what a resource of the template will be known by. */
export type Resolved =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'resource'; readonly id: string; readonly attribute?: string }
  | { readonly kind: 'open'; readonly hint: string }

export type Branch<T> = { readonly result: T; readonly given: Given }
export type Branches<T = Resolved> = Generator<Branch<T>>

/** The choices are too many. */
export class TooManyChoices extends Error {}

export const spend = ({ progress }: Scope): void => {
  progress.left--
  if (progress.left < 0) throw new TooManyChoices()
}

/** One result, and nothing chosen for it. */
export function* yieldOne<T>(result: T, given: Given): Branches<T> {
  yield { result, given }
}

/** What comes of each branch, in the choices of the branch. */
export function* follow<From, To>(
  branches: Branches<From>,
  next: (result: From, given: Given) => Branches<To>,
): Branches<To> {
  for (const { result, given } of branches) yield* next(result, given)
}

export const toValue = (value: unknown): Resolved => ({ kind: 'value', value })
export const toOpen = (hint: string): Resolved => ({ kind: 'open', hint })

export const choose = (scope: Scope, given: Given, key: string, value: string): Given => {
  spend(scope)
  return new Map([...given, [key, value]])
}

const NAME = /^[\w.:-]{1,100}$/
/** A name of the template that may be printed. */
export const quoteName = (name: string): string => (NAME.test(name) ? name : 'a name')

export const REGION = 'AWS::Region'

const describeFree = (name: string): string =>
  name === REGION
    ? 'It depends on the Region, which the template does not say.'
    : `The parameter ${quoteName(name)} has no default and no allowed values: give it one.`

/** The name of a parameter, or of the Region, whose value nothing says; undefined for any other expression. */
export const findFree = ({ template, region }: Scope, node: unknown, given: Given): string | undefined => {
  const name = isJson(node) && Object.keys(node).length === 1 ? getValue(node, 'Ref') : undefined
  if (typeof name !== 'string' || given.has(name)) return undefined
  if (name === REGION) return region === undefined ? name : undefined
  const parameter = template.parameters.get(name)
  if (parameter === undefined || parameter.isSecret || parameter.isList || parameter.isStored) return undefined
  return parameter.candidates.length === 0 ? name : undefined
}

const toParameterValue = ({ isList, isStored }: Parameter, value: string): Resolved => {
  if (isStored)
    return isList ? toOpen('Its values are parameters of Systems Manager.') : toValue(`{{resolve:ssm:${value}}}`)
  return toValue(isList ? value.split(',').map(one => one.trim()) : value)
}

function* resolveParameter(scope: Scope, name: string, parameter: Parameter, given: Given): Branches {
  if (parameter.isSecret)
    return yield {
      result: toOpen(`The parameter ${quoteName(name)} is marked NoEcho, so that nothing of it is printed.`),
      given,
    }
  const chosen = given.get(name)
  if (chosen !== undefined) return yield { result: toParameterValue(parameter, chosen), given }
  if (parameter.candidates.length === 0) return yield { result: toOpen(describeFree(name)), given }
  for (const value of parameter.candidates)
    yield { result: toParameterValue(parameter, value), given: choose(scope, given, name, value) }
}

export function* resolveReference(scope: Scope, argument: unknown, given: Given): Branches {
  const name = typeof argument === 'string' ? argument : ''
  const parameter = scope.template.parameters.get(name)
  if (parameter !== undefined) return yield* resolveParameter(scope, name, parameter, given)
  if (name === 'AWS::NoValue') return yield { result: toValue(undefined), given }
  const known =
    name === REGION ? (scope.region ?? given.get(REGION)) : name === 'AWS::AccountId' ? scope.accountId : undefined
  if (known !== undefined) return yield { result: toValue(known), given }
  if (name === REGION) return yield { result: toOpen(describeFree(name)), given }
  if (scope.template.resources.has(name)) return yield { result: { kind: 'resource', id: name }, given }
  yield { result: toOpen(`What ${quoteName(name)} is, only CloudFormation knows.`), given }
}
