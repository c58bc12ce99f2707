// What `pulumi preview --json` prints. Pulumi's provider for AWS is made of Terraform's, with other spelling: a preview is
// read as the plan that it would be there.
import type { FileReading } from '../../model/declaration.ts'
import { getPart, getText, isJson, type Json, listParts } from '../json.ts'
import { readTerraformPlan } from '../terraform/plan.ts'

/** Whether an object is a preview. */
export const isPulumiPreview = (value: Json): boolean =>
  listParts(value, 'steps').some(step => (getText(step, 'urn') ?? '').startsWith('urn:pulumi:'))

/** `aws:ec2/spotInstanceRequest:SpotInstanceRequest` by the name that Terraform has. */
const TYPES: Readonly<Record<string, string>> = {
  'aws:ec2/instance:Instance': 'aws_instance',
  'aws:ec2/spotInstanceRequest:SpotInstanceRequest': 'aws_spot_instance_request',
  'aws:ec2/launchTemplate:LaunchTemplate': 'aws_launch_template',
  'aws:ec2/launchConfiguration:LaunchConfiguration': 'aws_launch_configuration',
  'aws:autoscaling/group:Group': 'aws_autoscaling_group',
  'aws:ec2/fleet:Fleet': 'aws_ec2_fleet',
  'aws:ec2/spotFleetRequest:SpotFleetRequest': 'aws_spot_fleet_request',
  'aws:eks/nodeGroup:NodeGroup': 'aws_eks_node_group',
  'aws:batch/computeEnvironment:ComputeEnvironment': 'aws_batch_compute_environment',
  'aws:ec2/ami:Ami': 'aws_ami',
  'aws:ec2/amiCopy:AmiCopy': 'aws_ami_copy',
  'aws:ec2/amiFromInstance:AmiFromInstance': 'aws_ami_from_instance',
}

const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  create: ['create'],
  'create-replacement': ['create'],
  replace: ['delete', 'create'],
  update: ['update'],
}

/** Lists of Terraform that Pulumi names in the plural. */
const SINGULAR: Readonly<Record<string, string>> = {
  overrides: 'override',
  launch_specifications: 'launch_specification',
  launch_template_configs: 'launch_template_config',
}

const toSnakeCase = (key: string): string => {
  const snake = key.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
  return SINGULAR[snake] ?? snake
}

// Pulumi's mark of a value that is only known once it is deployed (sdk/go/common/resource/plugin).
const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9'
const SECRET = '4dabf18193072939515e22adb298388d'

type Converted = { readonly value: unknown; readonly unknown: unknown; readonly sensitive: unknown }

const convertKeys = (object: Json): Converted => {
  const parts = Object.entries(object).map(([key, value]) => [toSnakeCase(key), convert(value)] as const)
  const collect = (part: keyof Converted) => Object.fromEntries(parts.map(([key, one]) => [key, one[part]]))
  // A block that there is at most one of is a list in Terraform.
  return { value: [collect('value')], unknown: [collect('unknown')], sensitive: [collect('sensitive')] }
}

const convert = (value: unknown): Converted => {
  if (value === UNKNOWN) return { value: undefined, unknown: true, sensitive: false }
  if (Array.isArray(value)) {
    // An object in a list is a block already.
    const parts = value.map(one => (isJson(one) ? unwrap(convert(one)) : convert(one)))
    return {
      value: parts.map(one => one.value),
      unknown: parts.map(one => one.unknown),
      sensitive: parts.map(one => one.sensitive),
    }
  }
  if (!isJson(value)) return { value, unknown: false, sensitive: false }
  return Object.hasOwn(value, SECRET) ? { value: '', unknown: false, sensitive: true } : convertKeys(value)
}

const unwrap = ({ value, unknown, sensitive }: Converted): Converted => {
  const first = (list: unknown): unknown => (Array.isArray(list) ? list[0] : list)
  return { value: first(value), unknown: first(unknown), sensitive: first(sensitive) }
}

const readInputs = (state: Json | undefined): Converted => unwrap(convertKeys(getPart(state, 'inputs') ?? {}))

// The provider has it as the default of its schema, which a preview does not write out.
const DEFAULTS: Readonly<Record<string, Json>> = {
  aws_ami: { virtualization_type: 'paravirtual', architecture: 'x86_64', ena_support: false, root_device_type: 'ebs' },
}

const toChange = (step: Json): readonly Json[] => {
  const urn = getText(step, 'urn') ?? ''
  const [, , kinds = '', ...names] = urn.replace(/^urn:pulumi:/, '').split('::')
  const kind = kinds.split('$').at(-1) ?? ''
  const type = Object.hasOwn(TYPES, kind) ? TYPES[kind] : undefined
  const actions = ACTIONS[getText(step, 'op') ?? '']
  if (type === undefined || actions === undefined) return []
  // Older versions write the inputs into the step.
  const after = readInputs(getPart(step, 'newState') ?? step)
  const values = { ...DEFAULTS[type], ...(isJson(after.value) ? after.value : {}) }
  const change = {
    actions,
    before: readInputs(getPart(step, 'oldState')).value,
    after: values,
    after_unknown: after.unknown,
    after_sensitive: after.sensitive,
  }
  const name = names.join('::')
  return [{ address: `${kind}::${/^[\w./:-]{1,200}$/.test(name) ? name : '?'}`, mode: 'managed', type, name, change }]
}

/** What a preview launches and registers. Of an image it has the id alone, unless it registers one. */
export const readPulumiPreview = (value: Json): FileReading =>
  readTerraformPlan({ format_version: '1.2', resource_changes: listParts(value, 'steps').flatMap(toChange) })
