import { UserError } from '../../shared/errors.ts'
import { type ImageParameter, PUBLIC, readParameterName } from '../../shared/facts/image-parameter.ts'

/** Prints the image id of a parameter. */
const formatCommand = ({ reference }: ImageParameter, region: string | undefined): string =>
  `aws ssm get-parameter --name ${reference}${region === undefined ? '' : ` --region ${region}`} --query Parameter.Value --output text`

/** Says that an image may not be the one that was meant. Undefined if no version was named: then it is the newest. */
export const describeNewest = (parameter: ImageParameter, region: string | undefined): string | undefined =>
  parameter.reference === parameter.name
    ? undefined
    : `It is the newest image of ${parameter.name}. The version that you named may lead to another; this prints its id: ${formatCommand(parameter, region)}`

/** Throws UserError for a parameter that is not AWS's: its name proves nothing, and DescribeImages does not know it. */
export const requirePublic = (parameter: ImageParameter, region?: string): void => {
  if (parameter.name.startsWith(PUBLIC)) return
  throw new UserError(
    `${parameter.name}: only AWS's public parameters (/aws/service/…) are looked up; for your own, give the image id that this prints: ${formatCommand(parameter, region)}`,
  )
}

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/Windows/i, 'Windows'],
  [/macos/, 'macOS'],
  [/al2023|amazon-linux-2023/, 'Amazon Linux 2023'],
  [/amzn2|amazon-linux-2(?!\d)/, 'Amazon Linux 2'],
  [/amzn-ami|amazon-linux(?!-2)/, 'Amazon Linux'],
  [/bottlerocket/, 'Bottlerocket'],
  [/ubuntu/, 'Ubuntu'],
  [/debian/, 'Debian'],
  [/suse|sles/, 'SUSE'],
]

const findIn = (table: readonly (readonly [RegExp, string])[], name: string): string | undefined =>
  table.find(([pattern]) => pattern.test(name))?.[1]

/** What the name says, in a sentence, and how to know the rest. */
export const describeParameterName = (parameter: ImageParameter): string => {
  const { architecture, virtualizationType, rootDeviceType } = readParameterName(parameter)
  const said = [findIn(SYSTEMS, parameter.name), architecture, virtualizationType, rootDeviceType].filter(Boolean)
  const what = said.length === 0 ? 'says nothing of the image' : `says ${said.join(', ')}`
  return `The name ${parameter.name} ${what}. With --region the image itself is read.`
}
