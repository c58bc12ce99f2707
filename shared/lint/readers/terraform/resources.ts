import { getPart, getText, getValue, isJson, type Json, listParts, listTexts } from '../json.ts'
import type { Block } from './block.ts'
import { type Configuration, readConfiguration, stripIndexes, type Target } from './configuration.ts'
import { isOfInterest } from './resource-types.ts'

export type PlannedResource = Block & {
  /** With indexes. */
  readonly address: string
  /** With indexes; empty for the root module. */
  readonly moduleAddress: string
  /** The same without indexes. */
  readonly module: string
  readonly isData: boolean
  readonly type: string
  readonly index: unknown
  /** Empty for what is only known from the state or the planned values. */
  readonly actions: readonly string[]
  readonly before: Json | undefined
}

export type Plan = {
  readonly configuration: Configuration
  /** By address. */
  readonly resources: ReadonlyMap<string, PlannedResource>
  /** By `MODULE|ADDRESS` without indexes. */
  readonly instances: ReadonlyMap<string, readonly PlannedResource[]>
  /** By type: data sources and resources. */
  readonly byType: ReadonlyMap<string, readonly PlannedResource[]>
}

type Values = Pick<PlannedResource, 'values' | 'unknown' | 'sensitive' | 'actions' | 'before'>

const toMarks = (mark: unknown): Json | boolean => (isJson(mark) ? mark : mark === true)

const createKey = (module: string, address: string): string => `${module}|${address}`

/** What a module's address is before the resource's: a resource in `planned_values` has no `module_address`. */
const readResource = (
  part: Json,
  moduleAddress: string,
  configuration: Configuration,
  values: Values,
): PlannedResource => {
  const [isData, type, name] = [getText(part, 'mode') === 'data', getText(part, 'type') ?? '', getText(part, 'name')]
  const module = stripIndexes(moduleAddress)
  const own = `${isData ? 'data.' : ''}${type}.${name ?? ''}`
  return {
    address: getText(part, 'address') ?? own,
    moduleAddress,
    module,
    isData,
    type,
    index: getValue(part, 'index'),
    expressions: configuration.expressions.get(createKey(module, own)),
    ...values,
  }
}

const ENDINGS = ['delete', 'forget']

/** It is not there any more once the plan is applied. */
const isEnded = (actions: readonly string[]): boolean =>
  actions.length > 0 && actions.every(action => ENDINGS.includes(action))

/** The resources of a list that are read. */
const listResources = (part: Json, key: string): readonly Json[] =>
  listParts(part, key).filter(resource => isOfInterest(getText(resource, 'type')))

const readChanges = (plan: Json, configuration: Configuration): readonly PlannedResource[] =>
  listResources(plan, 'resource_changes').flatMap(part => {
    const change = getPart(part, 'change')
    const actions = listTexts(change, 'actions')
    const after = getPart(change, 'after')
    // One of a former object (deposed) has the address of the one that stays.
    if (change === undefined || after === undefined || isEnded(actions) || getValue(part, 'deposed') !== undefined)
      return []
    const values = {
      values: after,
      unknown: toMarks(getValue(change, 'after_unknown')),
      sensitive: toMarks(getValue(change, 'after_sensitive')),
      actions,
      before: getPart(change, 'before'),
    }
    return [readResource(part, getText(part, 'module_address') ?? '', configuration, values)]
  })

/** The resources of a module and of all in it. Without recursion, because a file may nest as deep as it likes. */
const readValues = (
  root: Json | undefined,
  configuration: Configuration,
  actions: readonly string[],
): readonly PlannedResource[] => {
  const found: PlannedResource[] = []
  const pending = root === undefined ? [] : [root]
  for (let module = pending.pop(); module !== undefined; module = pending.pop()) {
    for (const part of listResources(module, 'resources')) {
      const values = getPart(part, 'values') ?? {}
      const sensitive = toMarks(getValue(part, 'sensitive_values'))
      const isManaged = getText(part, 'mode') !== 'data'
      const rest = { values, unknown: false, sensitive, actions: isManaged ? actions : [], before: undefined }
      found.push(readResource(part, getText(module, 'address') ?? '', configuration, rest))
    }
    pending.push(...listParts(module, 'child_modules'))
  }
  return found
}

const listEnded = (plan: Json): ReadonlySet<string | undefined> =>
  new Set(
    listResources(plan, 'resource_changes')
      .filter(part => isEnded(listTexts(getPart(part, 'change'), 'actions')))
      .map(part => getText(part, 'address')),
  )

/** All resources of a plan: as they are planned, else as the state has them, where plans keep the data sources that were read. */
export const readPlan = (plan: Json): Plan => {
  const namesAttributes = getText(plan, 'format_version') !== '0.1'
  const configuration = readConfiguration(getPart(getPart(plan, 'configuration'), 'root_module'), namesAttributes)
  const hasChanges = Array.isArray(getValue(plan, 'resource_changes'))
  const planned = getPart(getPart(plan, 'planned_values'), 'root_module')
  const state = getPart(getPart(getPart(plan, 'prior_state'), 'values'), 'root_module')
  const ended = listEnded(plan)
  const resources = new Map<string, PlannedResource>()
  const all = [
    ...readChanges(plan, configuration),
    // A plan by hand may have nothing but what will be.
    ...readValues(planned, configuration, hasChanges ? [] : ['create']),
    ...readValues(state, configuration, []),
  ]
  for (const resource of all) {
    if (!resources.has(resource.address) && !ended.has(resource.address)) resources.set(resource.address, resource)
  }
  const kept = [...resources.values()]
  return {
    configuration,
    resources,
    instances: groupBy(kept, one => createKey(one.module, stripIndexes(one.address.slice(prefixLength(one))))),
    byType: groupBy(kept, ({ type }) => type),
  }
}

const groupBy = (
  resources: readonly PlannedResource[],
  keyOf: (resource: PlannedResource) => string,
): ReadonlyMap<string, readonly PlannedResource[]> => {
  const groups = new Map<string, PlannedResource[]>()
  for (const resource of resources) {
    const key = keyOf(resource)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [resource])
    else group.push(resource)
  }
  return groups
}

const prefixLength = ({ address, moduleAddress }: PlannedResource): number =>
  moduleAddress !== '' && address.startsWith(`${moduleAddress}.`) ? moduleAddress.length + 1 : 0

/** The instances of a resource that another may refer to: those of its own module and its own index, if there are such. */
export const listInstances = (
  plan: Plan,
  target: Target,
  from: Pick<PlannedResource, 'moduleAddress' | 'index'>,
): readonly PlannedResource[] => {
  const all = plan.instances.get(createKey(target.module, target.address)) ?? []
  const near = all.filter(({ moduleAddress }) => moduleAddress === from.moduleAddress)
  const inModule = near.length === 0 ? all : near
  const same = target.hasOwnIndex ? inModule.filter(({ index }) => index === from.index) : []
  return same.length === 0 ? inModule : same
}
