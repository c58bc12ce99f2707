import { UserError } from '../../shared/errors.ts'
import type { ImageFacts } from '../../shared/facts/facts.ts'

/** An image that is named by a parameter of Systems Manager. */
export type ImageParameter = {
  readonly name: string
  /** `NAME:VERSION` or `NAME:LABEL`, as aws ssm get-parameter takes it. The name alone if neither is given. */
  readonly reference: string
}

const REFERENCE = /^resolve:ssm:(?<reference>(?<name>[\w./-]{1,1011})(?::[\w.-]+)?)$/

/** AWS's own namespace: nobody else can write a parameter there (Systems Manager user guide, Working with public parameters). */
const PUBLIC = '/aws/service/'

/** `resolve:ssm:NAME`, with a version or a label or without, or a name of AWS; undefined for what is no parameter. */
export const parseImageParameter = (text: string): ImageParameter | undefined => {
  if (text.startsWith(PUBLIC) && /^[\w./-]{1,1011}$/.test(text)) return { name: text, reference: text }
  const { name, reference } = REFERENCE.exec(text)?.groups ?? {}
  return name === undefined || reference === undefined ? undefined : { name, reference }
}

/** Throws UserError for a parameter that is not AWS's: its name proves nothing, and DescribeImages does not know it. */
export const requirePublic = ({ name, reference }: ImageParameter, region?: string): void => {
  if (name.startsWith(PUBLIC)) return
  const where = region === undefined ? '' : ` --region ${region}`
  throw new UserError(
    `${name}: only AWS's public parameters (/aws/service/…) are looked up; for your own, give the image id that this prints: aws ssm get-parameter --name ${reference}${where} --query Parameter.Value --output text`,
  )
}

/** Words of a name that say the architecture, the longer one first. */
const ARCHITECTURES: readonly (readonly [RegExp, string])[] = [
  [/x86_64_mac/, 'x86_64_mac'],
  [/arm64_mac/, 'arm64_mac'],
  [/x86_64|amd64/, 'x86_64'],
  [/arm64|aarch64/, 'arm64'],
  [/i386/, 'i386'],
]

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

const hasWord = (name: string, ...words: readonly string[]): boolean =>
  name.split(/[/_-]/).some(part => words.includes(part))

/** Windows images of AWS are HVM, 64 bit and on EBS; a prefix says how they boot (EC2 user guide, AWS Windows AMIs). */
const readWindowsName = (name: string): ImageFacts => ({
  virtualizationType: 'hvm',
  architecture: 'x86_64',
  rootDeviceType: 'ebs',
  ...(/\/TPM-/.test(name) && { bootMode: 'uefi', tpmSupport: 'v2.0' }),
  ...(/\/BIOS-/.test(name) && { bootMode: 'legacy-bios' }),
})

/** The facts of an image in the name of its public parameter. All others are not known. */
export const readParameterName = ({ name }: Pick<ImageParameter, 'name'>): ImageFacts => {
  // Sellers name their versions as they like.
  if (name.startsWith(`${PUBLIC}marketplace/`)) return {}
  if (/\/ami-windows-latest\//.test(name)) return readWindowsName(name)
  const architecture = findIn(ARCHITECTURES, name)
  return {
    ...(architecture !== undefined && { architecture }),
    ...(hasWord(name, 'hvm') && { virtualizationType: 'hvm' }),
    ...(hasWord(name, 'pv') && { virtualizationType: 'paravirtual' }),
    ...(hasWord(name, 'ebs', 'gp2', 'gp3') && { rootDeviceType: 'ebs' }),
    ...(hasWord(name, 's3') && { rootDeviceType: 'instance-store' }),
  }
}

/** What the name says, in a sentence, and how to know the rest. */
export const describeParameterName = (parameter: ImageParameter): string => {
  const { architecture, virtualizationType, rootDeviceType } = readParameterName(parameter)
  const said = [findIn(SYSTEMS, parameter.name), architecture, virtualizationType, rootDeviceType].filter(Boolean)
  const what = said.length === 0 ? 'says nothing of the image' : `says ${said.join(', ')}`
  return `The name ${parameter.name} ${what}. With --region the image itself is read.`
}
