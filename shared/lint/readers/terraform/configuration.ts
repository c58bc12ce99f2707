import { getPart, getText, type Json, listParts, listTexts } from '../json.ts'
import { isOfInterest } from './resource-types.ts'

/** The configuration of a plan: the expressions of each resource, and the modules, by their paths without indexes. */
export type Configuration = {
  readonly modules: ReadonlyMap<string, Json>
  /** By `MODULE|ADDRESS`. */
  readonly expressions: ReadonlyMap<string, Json>
  /** Up to Terraform 0.15 references name resources as a whole, and never an attribute of them. */
  readonly namesAttributes: boolean
}

const INDEX = /\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g

/** Configuration has no indexes: they are made by count and for_each. */
export const stripIndexes = (address: string): string => address.replace(INDEX, '')

/** `module.a.module.b`; empty for the root module. */
export const joinModule = (module: string, name: string): string =>
  module === '' ? `module.${name}` : `${module}.module.${name}`

export const readConfiguration = (root: Json | undefined, namesAttributes: boolean): Configuration => {
  const modules = new Map<string, Json>()
  const expressions = new Map<string, Json>()
  const pending: (readonly [string, Json | undefined])[] = [['', root]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [path, module] = next
    if (module === undefined) continue
    modules.set(path, module)
    for (const resource of listParts(module, 'resources')) {
      if (isOfInterest(getText(resource, 'type')))
        expressions.set(`${path}|${getText(resource, 'address') ?? ''}`, getPart(resource, 'expressions') ?? {})
    }
    const calls = getPart(module, 'module_calls') ?? {}
    for (const name of Object.keys(calls)) {
      pending.push([joinModule(path, name), getPart(getPart(calls, name), 'module')])
    }
  }
  return { modules, expressions, namesAttributes }
}

/** A resource that an expression refers to: `MODULE|ADDRESS`, without indexes. */
export type Target = {
  readonly module: string
  readonly address: string
  /** Absent if it was named with an index that is an expression. */
  readonly attribute: string | undefined
  /** Of that index: that of the resource which refers to it. */
  readonly hasOwnIndex: boolean
}

type Reference = Target | 'open'

const MOST_STEPS = 20

const isIndex = (reference: string): boolean => reference === 'each.key' || reference === 'count.index'

/** A reference is listed together with all that it begins with: only the longest says what is meant. */
const listWhole = (references: readonly string[]): readonly string[] =>
  references.filter(
    one =>
      !isIndex(one) &&
      !references.some(other => other !== one && (other.startsWith(`${one}.`) || other.startsWith(`${one}[`))),
  )

/** The module that calls a module, and the name by which it does. */
const splitModule = (module: string): { readonly parent: string; readonly name: string } | undefined => {
  const parts = module.split('.')
  const name = parts.at(-1)
  return module === '' || name === undefined ? undefined : { parent: parts.slice(0, -2).join('.'), name }
}

type Step = { readonly configuration: Configuration; readonly module: string; readonly steps: number }

const followVariable = (step: Step, name: string): readonly Reference[] => {
  const call = splitModule(step.module)
  if (call === undefined) return ['open']
  const calls = getPart(step.configuration.modules.get(call.parent), 'module_calls')
  const expression = getPart(getPart(getPart(calls, call.name), 'expressions'), name)
  return followExpression({ ...step, module: call.parent }, expression)
}

const followOutput = (step: Step, name: string, output: string): readonly Reference[] => {
  const module = joinModule(step.module, name)
  const outputs = getPart(step.configuration.modules.get(module), 'outputs')
  return followExpression({ ...step, module }, getPart(getPart(outputs, output), 'expression'))
}

const OTHERS = ['local', 'each', 'self', 'path', 'terraform', 'count']

const followReference = (step: Step, reference: string, hasOwnIndex: boolean): readonly Reference[] => {
  const [first = '', second = '', third, fourth] = stripIndexes(reference).split('.')
  if (first === 'var') return followVariable(step, second)
  if (first === 'module') return third === undefined ? ['open'] : followOutput(step, second, third)
  if (OTHERS.includes(first) || second === '') return ['open']
  const isData = first === 'data'
  if (isData && third === undefined) return ['open']
  const address = isData ? `data.${second}.${third}` : `${first}.${second}`
  return [{ module: step.module, address, attribute: isData ? fourth : third, hasOwnIndex }]
}

const followExpression = (step: Step, expression: Json | undefined): readonly Reference[] => {
  if (expression === undefined || step.steps > MOST_STEPS) return ['open']
  const references = listTexts(expression, 'references')
  const whole = listWhole(references)
  if (whole.length === 0) return ['open']
  const next = { ...step, steps: step.steps + 1 }
  return whole.flatMap(reference => followReference(next, reference, references.some(isIndex)))
}

/**
 * The one resource whose attribute an expression can be. Undefined if it may be something else: of several references, only
 * the value says which it is.
 */
export const findTarget = (
  configuration: Configuration,
  module: string,
  expression: Json | undefined,
): Target | undefined => {
  const [target, ...others] = followExpression({ configuration, module, steps: 0 }, expression)
  if (target === undefined || target === 'open' || others.length > 0) return undefined
  // Named as a whole, something of it is computed, unless the index alone is an expression.
  const isWhole = target.attribute === undefined && !target.hasOwnIndex
  return isWhole && configuration.namesAttributes ? undefined : target
}
