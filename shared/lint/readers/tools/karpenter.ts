import { loadCatalogue } from '../../../catalogue/catalogue.ts'
import { getFamily, getSize, parseFamily } from '../../../catalogue/family.ts'
import type { ImageFacts, InstanceTypeFacts } from '../../../facts/facts.ts'
import type { Declaration, DeclaredPair } from '../../model/declaration.ts'
import { getPart, getText, getValue, type Json, listParts, listTexts } from '../json.ts'
import { nameSources } from '../pairs.ts'

type Requirement = { readonly key: string; readonly operator: string; readonly values: readonly string[] }

const listRequirements = (pool: Json): readonly Requirement[] =>
  listParts(getPart(getPart(getPart(pool, 'spec'), 'template'), 'spec'), 'requirements').map(one => ({
    key: getText(one, 'key') ?? '',
    operator: getText(one, 'operator') ?? '',
    values: listTexts(one, 'values'),
  }))

const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'amd64', arm64: 'arm64' }

/** The labels that Karpenter gives a node of a type. Those that are not here do not narrow the types, as far as lint knows. */
const LABELS: Readonly<Record<string, (type: InstanceTypeFacts) => readonly string[]>> = {
  'node.kubernetes.io/instance-type': ({ instanceType }) => [instanceType],
  'karpenter.k8s.aws/instance-family': ({ instanceType }) => [getFamily(instanceType)],
  'karpenter.k8s.aws/instance-category': ({ instanceType }) => [parseFamily(getFamily(instanceType)).series],
  'karpenter.k8s.aws/instance-generation': ({ instanceType }) => [
    String(parseFamily(getFamily(instanceType)).generation),
  ],
  'karpenter.k8s.aws/instance-size': ({ instanceType }) => [getSize(instanceType)],
  'karpenter.k8s.aws/instance-hypervisor': ({ hypervisor }) => (hypervisor === 'none' ? [] : [hypervisor]),
  'karpenter.k8s.aws/instance-cpu': ({ vCpus }) => (vCpus === undefined ? [] : [String(vCpus)]),
  'kubernetes.io/arch': ({ architectures }) => architectures.flatMap(one => ARCHITECTURES[one] ?? []),
}

const OPERATORS: Readonly<Record<string, (has: readonly string[], wants: readonly string[]) => boolean>> = {
  In: (has, wants) => has.some(value => wants.includes(value)),
  NotIn: (has, wants) => !has.some(value => wants.includes(value)),
  Exists: has => has.length > 0,
  DoesNotExist: has => has.length === 0,
  Gt: (has, [bound]) => has.some(value => Number(value) > Number(bound)),
  Lt: (has, [bound]) => has.some(value => Number(value) < Number(bound)),
}

const admits = (requirements: readonly Requirement[], type: InstanceTypeFacts): boolean =>
  requirements.every(({ key, operator, values }) => {
    const label = Object.hasOwn(LABELS, key) ? LABELS[key] : undefined
    const compare = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined
    return label === undefined || compare === undefined || compare(label(type), values)
  })

/** Karpenter asks for HVM images and for types that take them, and picks the image by the type. */
const NODE_FACTS: ImageFacts = { virtualizationType: 'hvm', rootDeviceType: 'ebs', enaSupport: true }

const toPair = (instanceType: string): DeclaredPair => ({
  image: { facts: NODE_FACTS, sources: nameSources(NODE_FACTS, 'name') },
  instanceType,
  open: [],
  left: [],
  isImageChosen: true,
})

/** The types that a pool may launch: those of the catalogue that it admits, and newer ones that it names. */
const listTypes = (pool: Json): readonly string[] => {
  const requirements = listRequirements(pool)
  const types = loadCatalogue()
  const known = types
    .profiles()
    .flatMap(profile => profile.types())
    .flatMap(name => types.get(name) ?? [])
    .filter(type => type.retired !== true && type.virtualizationTypes.includes('hvm'))
  const named = requirements.flatMap(({ key, operator, values }) =>
    key === 'node.kubernetes.io/instance-type' && operator === 'In' ? values : [],
  )
  return [
    ...known.filter(type => admits(requirements, type)).map(({ instanceType }) => instanceType),
    ...named.filter(name => types.get(name) === undefined && /^[a-z][\w-]*\.[\w-]+$/.test(name)),
  ]
}

/** What a NodePool of Karpenter may launch. */
export const readNodePool = (pool: Json): readonly Declaration[] => {
  const name = getText(getPart(pool, 'metadata'), 'name') ?? ''
  const pairs = listTypes(pool).map(toPair)
  if (pairs.length === 0) return []
  const address = `NodePool/${/^[\w.-]{1,128}$/.test(name) ? name : '?'}`
  return [{ kind: 'launch', place: { address }, resourceType: 'AwsEc2LaunchRequest', pairs }]
}

/** Whether an object is a NodePool. */
export const isNodePool = (value: Json): boolean => getValue(value, 'kind') === 'NodePool'
