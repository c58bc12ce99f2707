import type { Declaration, FileReading } from '../../model/declaration.ts'
import { getPart, getText, getValue, type Json } from '../json.ts'
import { readRegisteredImage } from './images.ts'
import { readLaunch } from './launches.ts'
import { type Plan, type PlannedResource, readPlan } from './resources.ts'

/** Whether an object is what `terraform show -json` or `tofu show -json` prints of a plan. */
export const isTerraformPlan = (value: Json): boolean =>
  typeof getValue(value, 'format_version') === 'string' &&
  (getPart(value, 'planned_values') !== undefined || Array.isArray(getValue(value, 'resource_changes')))

/** The same of a state, which launches nothing. */
export const isTerraformState = (value: Json): boolean =>
  (typeof getValue(value, 'format_version') === 'string' && getPart(value, 'values') !== undefined) ||
  (typeof getValue(value, 'terraform_version') === 'string' && typeof getValue(value, 'lineage') === 'string')

const SOURCE_KEYS = ['resource', 'data', 'module', 'provider', 'variable', 'locals', 'terraform', 'output']

/** Whether it is a configuration that was written as JSON: `main.tf.json`. */
export const isTerraformSource = (value: Json): boolean => {
  const keys = Object.keys(value).filter(key => key !== '//')
  return keys.length > 0 && keys.every(key => SOURCE_KEYS.includes(key) && typeof value[key] === 'object')
}

const MAJORS = ['0', '1']

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/

const readDeclarations = (plan: Plan, resource: PlannedResource): readonly Declaration[] => {
  const region = getText(resource.values, 'region')
  const declared = {
    place: { address: resource.address },
    ...(region !== undefined && REGION.test(region) && { region }),
  }
  const launch = readLaunch(plan, resource)
  if (launch !== undefined) return [{ ...declared, kind: 'launch', ...launch }]
  const image = readRegisteredImage(plan, resource)
  return image === undefined ? [] : [{ ...declared, kind: 'image', resourceType: 'AwsEc2Image', image }]
}

/** What a plan of Terraform or OpenTofu launches and registers. */
export const readTerraformPlan = (value: Json): FileReading => {
  const version = getText(value, 'format_version') ?? ''
  const [major = ''] = version.split('.')
  if (!MAJORS.includes(major))
    return {
      unreadable: 'a plan of a format that is not known; virtguard reads format_version 0 and 1: use a newer virtguard',
    }
  const plan = readPlan(value)
  return { declarations: [...plan.resources.values()].flatMap(resource => readDeclarations(plan, resource)) }
}
