// What an expression of a template can be. Each choice that the template leaves open is made once and kept, so that two
// expressions only have values that they can have together.
import { getValue, isJson, type Json } from '../json.ts'
import {
  type Branches,
  choose,
  findFree,
  follow,
  type Given,
  quoteName,
  REGION,
  type Resolved,
  resolveReference,
  type Scope,
  spend,
  TooManyChoices,
  toOpen,
  toValue,
  yieldOne,
} from './choices.ts'
import { joinParts, listSubNodes, PUT_TOGETHER } from './pieces.ts'
import { toScalarText } from './template.ts'

type Resolver = (scope: Scope, argument: unknown, given: Given) => Branches

function* resolveAttribute(_: Scope, argument: unknown, given: Given): Branches {
  const [id = '', ...rest] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.')
  yield { result: { kind: 'resource', id, attribute: rest.join('.') }, given }
}

// Expressions are asked one in another, and nobody writes as many by hand.
const MOST_NODES = 500

const checkCount = (nodes: readonly unknown[]): void => {
  if (nodes.length > MOST_NODES) throw new TooManyChoices()
}

const listNodes = (argument: unknown): readonly unknown[] => (Array.isArray(argument) ? argument : [])

/** A comparison that nothing decides: both ways, and the same way wherever it is written again. */
function* decideOpen(scope: Scope, node: unknown, given: Given): Branches<boolean> {
  const key = `? ${JSON.stringify(node)}`
  const decided = given.get(key)
  if (decided !== undefined) return yield { result: decided === 'true', given }
  yield { result: true, given: choose(scope, given, key, 'true') }
  yield { result: false, given: choose(scope, given, key, 'false') }
}

/** Whether a parameter without a value is a text: it may be, and then it is that everywhere. */
function* decideFree(scope: Scope, name: string, text: string, given: Given): Branches<boolean> {
  const other = `! ${name} ${text}`
  if (!given.has(other)) yield { result: true, given: choose(scope, given, name, text) }
  yield { result: false, given: choose(scope, given, other, 'true') }
}

function* decideEquals(scope: Scope, argument: unknown, given: Given): Branches<boolean> {
  const [left, right] = listNodes(argument)
  const free = findFree(scope, left, given) ?? findFree(scope, right, given)
  const literal = toScalarText(left) ?? toScalarText(right)
  if (free !== undefined && literal !== undefined) return yield* decideFree(scope, free, literal, given)
  for (const one of resolve(scope, left, given)) {
    for (const other of resolve(scope, right, one.given)) {
      const texts = [one.result, other.result].map(side =>
        side.kind === 'value' ? toScalarText(side.value) : undefined,
      )
      const isKnown = !texts.includes(undefined)
      if (isKnown) yield { result: texts[0] === texts[1], given: other.given }
      else yield* decideOpen(scope, { 'Fn::Equals': argument }, other.given)
    }
  }
}

/** `and`: all of the nodes; else any of them. */
function* decideMany(scope: Scope, nodes: readonly unknown[], isAnd: boolean, given: Given): Branches<boolean> {
  checkCount(nodes)
  const [first, ...others] = nodes
  if (first === undefined) return yield { result: isAnd, given }
  for (const one of decide(scope, first, given)) {
    if (one.result === isAnd) yield* decideMany(scope, others, isAnd, one.given)
    else yield { result: !isAnd, given: one.given }
  }
}

const MOST_NAMED = 100

function* decideNamed(scope: Scope, name: string, given: Given): Branches<boolean> {
  const { depth = 0 } = scope
  const node = getValue(scope.template.conditions, name)
  // A condition that asks for itself, or is not there.
  if (node === undefined || depth > MOST_NAMED) return yield* decideOpen(scope, { Condition: name }, given)
  yield* decide({ ...scope, depth: depth + 1 }, node, given)
}

/** Whether a condition holds. */
export function* decide(scope: Scope, node: unknown, given: Given): Branches<boolean> {
  spend(scope)
  const [key = '', argument] = (isJson(node) && Object.entries(node)[0]) || []
  switch (key) {
    case 'Condition':
      return yield* decideNamed(scope, String(argument), given)
    case 'Fn::Equals':
      return yield* decideEquals(scope, argument, given)
    case 'Fn::And':
    case 'Fn::Or':
      return yield* decideMany(scope, listNodes(argument), key === 'Fn::And', given)
    case 'Fn::Not':
      for (const { result, given: decided } of decide(scope, listNodes(argument)[0], given))
        yield { result: !result, given: decided }
      return
    default:
      yield* decideOpen(scope, node, given)
  }
}

function* resolveIf(scope: Scope, argument: unknown, given: Given): Branches {
  const [condition, yes, no] = listNodes(argument)
  const node = typeof condition === 'string' ? { Condition: condition } : condition
  for (const { result, given: decided } of decide(scope, node, given)) yield* resolve(scope, result ? yes : no, decided)
}

/** The key of a map. A parameter without a value, or the Region, is each of the keys that there are. */
function* resolveKey(scope: Scope, node: unknown, keys: readonly string[], given: Given): Branches {
  const free = findFree(scope, node, given)
  if (free === undefined) return yield* resolve(scope, node, given)
  for (const key of keys) {
    if (!given.has(`! ${free} ${key}`)) yield { result: toValue(key), given: choose(scope, given, free, key) }
  }
}

/** A key that was chosen because another map has it is none that the template leaves open: CloudFormation refuses it. */
const isChosen = ({ region, template }: Scope, node: unknown, given: Given): boolean => {
  const name = isJson(node) ? getValue(node, 'Ref') : undefined
  if (typeof name !== 'string' || !given.has(name)) return false
  return name === REGION ? region === undefined : template.parameters.get(name)?.candidates.length === 0
}

type Step = {
  readonly map: Json
  readonly name: string
  readonly keys: readonly unknown[]
  readonly otherwise: unknown
}

function* takeKey(scope: Scope, { map, name, keys, otherwise }: Step, key: string, given: Given): Branches {
  const [node, ...rest] = keys
  const found = getValue(map, key)
  if (rest.length > 0 && isJson(found)) yield* resolveStep(scope, { map: found, name, keys: rest, otherwise }, given)
  else if (rest.length === 0 && found !== undefined) yield { result: toValue(found), given }
  else if (otherwise !== undefined) yield* resolve(scope, otherwise, given)
  else if (isChosen(scope, node, given)) scope.progress.hasDeadEnd = true
  else yield { result: toOpen(`The map ${quoteName(name)} has no ${quoteName(key)}: add it.`), given }
}

const KEY_UNKNOWN = toOpen('The key of a map is only known at deployment.')

const resolveStep = (scope: Scope, step: Step, given: Given): Branches =>
  follow(resolveKey(scope, step.keys[0], Object.keys(step.map), given), (result, decided) => {
    const key = result.kind === 'value' ? toScalarText(result.value) : undefined
    if (key !== undefined) return takeKey(scope, step, key, decided)
    return yieldOne(result.kind === 'open' ? result : KEY_UNKNOWN, decided)
  })

function* resolveMap(scope: Scope, argument: unknown, given: Given): Branches {
  const [nameNode, first, second, options] = listNodes(argument)
  const otherwise = isJson(options) ? getValue(options, 'DefaultValue') : undefined
  for (const { result, given: decided } of resolve(scope, nameNode, given)) {
    const name = result.kind === 'value' ? String(result.value) : ''
    const map = getValue(scope.template.mappings, name)
    if (!isJson(map)) yield { result: toOpen(`The template has no map ${quoteName(name)}.`), given: decided }
    else yield* resolveStep(scope, { map, name, keys: [first, second], otherwise }, decided)
  }
}

/** Several expressions, each in the choices of those before it. */
export function* resolveEach(scope: Scope, nodes: readonly unknown[], given: Given): Branches<readonly Resolved[]> {
  checkCount(nodes)
  const [first, ...others] = nodes
  if (nodes.length === 0) return yield { result: [], given }
  for (const one of resolve(scope, first, given)) {
    for (const rest of resolveEach(scope, others, one.given))
      yield { result: [one.result, ...rest.result], given: rest.given }
  }
}

function* resolveSub(scope: Scope, argument: unknown, given: Given): Branches {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}]
  const nodes = listSubNodes(String(text), isJson(variables) ? variables : {})
  for (const { result, given: decided } of resolveEach(scope, nodes, given))
    yield { result: result.length === 0 ? toValue('') : joinParts(result, ''), given: decided }
}

/** A list: its items are expressions still. */
export function* resolveList(scope: Scope, node: unknown, given: Given): Branches<readonly unknown[] | string> {
  for (const { result, given: decided } of resolve(scope, node, given)) {
    if (result.kind === 'value' && Array.isArray(result.value)) yield { result: result.value, given: decided }
    else if (result.kind === 'value' && result.value === undefined) yield { result: [], given: decided }
    else yield { result: result.kind === 'open' ? result.hint : PUT_TOGETHER, given: decided }
  }
}

const resolveJoin: Resolver = (scope, argument, given) => {
  const [separator, list] = listNodes(argument)
  return follow(resolveList(scope, list, given), (result, decided) =>
    typeof result === 'string'
      ? yieldOne(toOpen(result), decided)
      : follow(resolveEach(scope, result, decided), (parts, chosen) =>
          yieldOne(joinParts(parts, String(separator)), chosen),
        ),
  )
}

const selectItem = (scope: Scope, items: readonly unknown[] | string, index: Resolved, given: Given): Branches => {
  if (typeof items === 'string') return yieldOne(toOpen(items), given)
  const node = index.kind === 'value' ? items[Number(index.value)] : undefined
  return node === undefined ? yieldOne(toOpen(PUT_TOGETHER), given) : resolve(scope, node, given)
}

const resolveSelect: Resolver = (scope, argument, given) => {
  const [indexNode, list] = listNodes(argument)
  return follow(resolve(scope, indexNode, given), (index, chosen) =>
    follow(resolveList(scope, list, chosen), (items, decided) => selectItem(scope, items, index, decided)),
  )
}

function* resolveSplit(scope: Scope, argument: unknown, given: Given): Branches {
  const [separator, node] = listNodes(argument)
  for (const { result, given: decided } of resolve(scope, node, given)) {
    const text = result.kind === 'value' ? toScalarText(result.value) : undefined
    const list = text === undefined ? toOpen(PUT_TOGETHER) : toValue(text.split(String(separator)))
    yield { result: result.kind === 'open' ? result : list, given: decided }
  }
}

const resolveImport: Resolver = (_, __, given) =>
  yieldOne(toOpen('It is a value of another stack, which only the account has.'), given)

const FUNCTIONS: ReadonlyMap<string, Resolver> = new Map<string, Resolver>([
  ['Ref', resolveReference],
  ['Fn::GetAtt', resolveAttribute],
  ['Fn::If', resolveIf],
  ['Fn::FindInMap', resolveMap],
  ['Fn::Sub', resolveSub],
  ['Fn::Join', resolveJoin],
  ['Fn::Select', resolveSelect],
  ['Fn::Split', resolveSplit],
  ['Fn::ImportValue', resolveImport],
])

/** All that an expression can be under the choices so far, with the choices that make it that. */
export function* resolve(scope: Scope, node: unknown, given: Given): Branches {
  spend(scope)
  const [key = '', ...others] = isJson(node) ? Object.keys(node) : []
  const isFunction = others.length === 0 && (FUNCTIONS.has(key) || key.startsWith('Fn::'))
  if (!isJson(node) || !isFunction) return yield { result: toValue(node ?? undefined), given }
  const known = FUNCTIONS.get(key)
  if (known !== undefined) return yield* known(scope, node[key], given)
  yield {
    result: toOpen(`lint does not evaluate ${quoteName(key)}: what it comes to, only CloudFormation knows.`),
    given,
  }
}
