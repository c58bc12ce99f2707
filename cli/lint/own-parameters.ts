// Parameters of Systems Manager that name an image: yours by their names, and those of any account by their ARNs.
import { UserError } from '../../shared/errors.ts'
import { parseImageParameter } from '../../shared/facts/image-parameter.ts'
import type { Declaration } from '../../shared/lint/model/declaration.ts'
import { askAws } from '../aws/asking.ts'

export type OwnParameter = { readonly name: string; readonly reference: string }

type Origin = { readonly region: string; readonly accountId: string }

const findOrigin = (reference: string): Origin | undefined => {
  const [arn, , , region = '', accountId = ''] = reference.split(':')
  return arn === 'arn' ? { region, accountId } : undefined
}

/** The Region of a parameter that is named by its ARN. Undefined for any other image. */
export const findParameterRegion = (name: string): string | undefined => {
  const parameter = parseImageParameter(name)
  return parameter === undefined ? undefined : findOrigin(parameter.reference)?.region
}

type ParameterIds = { readonly ids: ReadonlyMap<string, string>; readonly problems: readonly string[] }

/** The ids by the references. What is named by an ARN is asked for by accounts: one of them may share nothing. */
export const readParameterIds = async (
  own: readonly OwnParameter[],
  read: (references: readonly string[]) => Promise<ReadonlyMap<string, string>>,
): Promise<ParameterIds> => {
  const ids = new Map<string, string>()
  const problems: string[] = []
  const accountOf = ({ reference }: OwnParameter): string | undefined => findOrigin(reference)?.accountId
  for (const accountId of new Set(own.map(accountOf))) {
    const references = new Set(own.filter(one => accountOf(one) === accountId).map(({ reference }) => reference))
    const denied = accountId === undefined ? undefined : 'allow the call, and let that account share them'
    try {
      for (const [reference, id] of await askAws('ssm:GetParameters', read([...references]), denied))
        ids.set(reference, id)
    } catch (error) {
      if (accountId === undefined || !(error instanceof UserError)) throw error
      problems.push(`parameters of account ${accountId}: ${error.message}`)
    }
  }
  return { ids, problems }
}

/** A line for each parameter of a Region that is not read for what launches by it, and what to do. */
export const describeUnreadParameters = (
  names: readonly string[],
  { region }: Pick<Declaration, 'region'>,
  regions: readonly string[],
): readonly string[] =>
  names.flatMap(name => {
    const own = findParameterRegion(name)
    if (own === undefined || (regions.includes(own) && (region === undefined || region === own))) return []
    return region === undefined || region === own
      ? [`${name}: a parameter of ${own}; --region ${own} reads it`]
      : [`${name}: a parameter of ${own}, and what launches by it is in ${region}; name a parameter of ${region}`]
  })
