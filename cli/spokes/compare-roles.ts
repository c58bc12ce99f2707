import type { SpokeRole } from '../../infra/spokes/roles.ts'

/** A role as IAM describes it. */
export type FoundRole = {
  readonly trust: unknown
  /** Its inline policies, by name. */
  readonly policies: Readonly<Record<string, unknown>>
  /** The ARNs of the managed policies that are attached to it. */
  readonly attached: readonly string[]
}

/** Where the template was deployed. */
export type Deployed = { readonly partition: string; readonly accountId: string }

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What CloudFormation makes of a document of the templates. */
const fillIn = (value: unknown, where: Deployed): unknown => {
  if (Array.isArray(value)) return value.map(each => fillIn(each, where))
  if (!isObject(value)) return value
  if (value['Ref'] === 'AWS::AccountId') return where.accountId
  const text = value['Fn::Sub']
  if (typeof text === 'string')
    return text.replaceAll(`\${AWS::Partition}`, where.partition).replaceAll(`\${AWS::AccountId}`, where.accountId)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fillIn(inner, where)]))
}

/** One text for documents that mean the same: IAM writes lists of one as their only member, and the order means nothing. */
const canonicalize = (value: unknown): string => {
  if (Array.isArray(value)) {
    const each = value.map(canonicalize).toSorted()
    return each.length === 1 ? each.join() : `[${each.join()}]`
  }
  if (!isObject(value)) return JSON.stringify(value)
  const members = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${canonicalize(inner)}`)
  return `{${members.toSorted().join()}}`
}

/** In what a role differs from the one that the template makes, in words. Nothing: it is that role. */
export const compareRole = (role: SpokeRole, found: FoundRole, where: Deployed): readonly string[] => {
  const isSame = (expected: object, is: unknown): boolean => canonicalize(fillIn(expected, where)) === canonicalize(is)
  const { [role.name]: permissions, ...others } = found.policies
  const more = [...Object.keys(others), ...found.attached].toSorted()
  return [
    ...(isSame(role.trust, found.trust) ? [] : [`${role.name} does not trust what the template trusts`]),
    ...(isSame(role.permissions, permissions)
      ? []
      : [`${role.name} may not do what the template allows, or may do more`]),
    ...(more.length > 0 ? [`${role.name} has rights that the template does not give: ${more.join(', ')}`] : []),
  ]
}
