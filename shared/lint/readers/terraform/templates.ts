import type { DeclaredPair } from '../../model/declaration.ts'
import { createOpenPair, createOpenType, INSTANCE_TYPE, LEFT_PAIR, overlayPair, type TypeSide } from '../pairs.ts'
import { type Attribute, type Block, getAttribute, listBlocks } from './block.ts'
import { findTarget } from './configuration.ts'
import { resolveImage } from './images.ts'
import { listInstances, type Plan, type PlannedResource } from './resources.ts'

/** Where a launch takes what it does not say itself. */
export type Source = { readonly plan: Plan; readonly resource: PlannedResource }

/** What an attribute says of a type. */
export const readType = ({ value, isUnknown, isSensitive }: Attribute): TypeSide => {
  if (isSensitive)
    return createOpenType(
      'The plan marks its instance type as sensitive, and virtguard prints nothing of such a value.',
    )
  if (isUnknown) return createOpenType('Its instance type is only known at apply: write the type itself.')
  if (typeof value === 'string' && INSTANCE_TYPE.test(value)) return { instanceType: value, open: [] }
  return createOpenType('What the plan has as its instance type is none: write one like m7i.large.')
}

const isAbsent = ({ value, isUnknown }: Attribute): boolean => value === undefined && !isUnknown

/** Whether the configuration says it. Where a template does, it is computed, and not known before. */
export const isWritten = (attribute: Attribute): boolean =>
  !isAbsent(attribute) && (!attribute.isUnknown || attribute.expression !== undefined)

const hasRequirements = (block: Block): boolean => listBlocks(block, 'instance_requirements')?.length !== 0

const readOwnType = (block: Block): TypeSide | undefined => {
  const type = getAttribute(block, 'instance_type')
  if (!isAbsent(type)) return readType(type)
  return hasRequirements(block) ? { isTypeChosen: true, open: [] } : undefined
}

/** What the block of a template or a launch configuration says; a side that it leaves out is `left`. */
export const readTemplate = ({ plan, resource }: Source, block: Block): DeclaredPair => {
  const named = getAttribute(block, 'image_id')
  const image = isAbsent(named) ? undefined : resolveImage(plan, resource, named)
  return overlayPair(LEFT_PAIR, { image, type: readOwnType(block) })
}

type Found = PlannedResource | { readonly hint: string }

const findNamed = ({ plan, resource }: Source, attribute: Attribute, type: string): readonly PlannedResource[] => {
  const { value, isUnknown, expression } = attribute
  if (!isUnknown && value !== undefined)
    return (plan.byType.get(type) ?? []).filter(
      one => !one.isData && [one.values['id'], one.values['name']].includes(value),
    )
  const target = findTarget(plan.configuration, resource.module, expression)
  if (target === undefined || ![undefined, 'id', 'name'].includes(target.attribute)) return []
  return listInstances(plan, target, resource).filter(one => one.type === type && !one.isData)
}

const isLatest = ({ plan, resource }: Source, version: Attribute, template: PlannedResource): boolean => {
  if (template.actions.includes('create')) return true
  if (version.isUnknown)
    return findTarget(plan.configuration, resource.module, version.expression)?.attribute === 'latest_version'
  if (version.value === '$Latest') return true
  if (template.actions.length > 0 && !template.actions.includes('no-op')) return false
  const latest = String(template.values['latest_version'])
  const isDefault = version.value === undefined || version.value === '$Default'
  return String(isDefault ? template.values['default_version'] : version.value) === latest
}

const OUTSIDE =
  'Its launch template is not in the plan, or only known at apply. To see it once it is there: virtguard scan --templates.'
const OTHER_VERSION =
  'It launches by a version of its template that the plan does not have. To see it: virtguard scan --templates.'

/** The template that a block names by id or name, in a version that the plan has. */
const findTemplate = (source: Source, block: Block, [id, name]: readonly [string, string]): Found => {
  const byId = getAttribute(block, id)
  const found = findNamed(source, isAbsent(byId) ? getAttribute(block, name) : byId, 'aws_launch_template')
  // The id of a new template is computed, so that both may be unknown and one alone has an expression.
  const [template, ...others] =
    found.length > 0 ? found : findNamed(source, getAttribute(block, name), 'aws_launch_template')
  if (template === undefined || others.length > 0) return { hint: OUTSIDE }
  return isLatest(source, getAttribute(block, 'version'), template) ? template : { hint: OTHER_VERSION }
}

export type NamedTemplate = { readonly pair: DeclaredPair; readonly resource: PlannedResource | undefined }

const toNamed = ({ plan }: Source, found: Found): NamedTemplate =>
  'hint' in found
    ? { pair: createOpenPair(found.hint), resource: undefined }
    : { pair: readTemplate({ plan, resource: found }, found), resource: found }

/** What the template says that a block names: `launch_template`, or `launch_template_specification`. */
export const readNamedTemplate = (source: Source, block: Block): NamedTemplate => {
  const isSpecification =
    Object.hasOwn(block.values, 'launch_template_id') || Object.hasOwn(block.values, 'launch_template_name')
  const isUnknownSpecification = getAttribute(block, 'launch_template_id').isUnknown
  const keys =
    isSpecification || isUnknownSpecification
      ? (['launch_template_id', 'launch_template_name'] as const)
      : (['id', 'name'] as const)
  return toNamed(source, findTemplate(source, block, keys))
}

/** What the launch configuration says that an attribute names. */
export const readNamedConfiguration = (source: Source, attribute: Attribute): NamedTemplate => {
  const [configuration, ...others] = findNamed(source, attribute, 'aws_launch_configuration')
  const isFound = configuration !== undefined && others.length === 0
  return toNamed(
    source,
    isFound ? configuration : { hint: 'Its launch configuration is not in the plan, or only known at apply.' },
  )
}

/** What a block says itself, and of the rest what a template says. */
export const overridePair = (
  { plan, resource }: Source,
  block: Block,
  pair: DeclaredPair,
  imageKey: string,
): DeclaredPair => {
  const image = getAttribute(block, imageKey)
  const isOwnType = isWritten(getAttribute(block, 'instance_type'))
  return overlayPair(pair, {
    image: isWritten(image) ? resolveImage(plan, resource, image) : undefined,
    type: isOwnType || hasRequirements(block) ? readOwnType(block) : undefined,
  })
}
