import type { ImageFacts } from './facts.ts'

/** An image that is named by a parameter of Systems Manager. */
export type ImageParameter = {
  readonly name: string
  /** `NAME:VERSION` or `NAME:LABEL`, as aws ssm get-parameter takes it. The name alone if neither is given. */
  readonly reference: string
}

const REFERENCE = /^resolve:ssm:(?<reference>(?<name>[\w./-]{1,1011})(?::[\w.-]+)?)$/

/** A parameter that somebody shares, and one of AWS, may be named by its ARN (EC2 user guide, Use a Systems Manager parameter). */
const ARN =
  /^resolve:ssm:(?<arn>arn:aws[\w-]*:ssm:[\w-]+:(?<account>\d{12})?:parameter(?<name>\/[\w./-]{1,1011}))(?<version>:[\w.-]+)?$/

/** AWS's own namespace: nobody else can write a parameter there (Systems Manager user guide, Working with public parameters). */
export const PUBLIC = '/aws/service/'

const parseArn = (text: string): ImageParameter | undefined => {
  const { arn, account, name, version = '' } = ARN.exec(text)?.groups ?? {}
  if (arn === undefined || name === undefined) return undefined
  // Those of AWS have no account. Whoever has one may call a parameter anything.
  return account === undefined ? { name, reference: `${name}${version}` } : { name: arn, reference: `${arn}${version}` }
}

/** `resolve:ssm:NAME` or its ARN, with a version or a label or without, or a name of AWS; undefined for what is no parameter. */
export const parseImageParameter = (text: string): ImageParameter | undefined => {
  if (text.startsWith(PUBLIC) && /^[\w./-]{1,1011}$/.test(text)) return { name: text, reference: text }
  const { name, reference } = REFERENCE.exec(text)?.groups ?? {}
  return name === undefined || reference === undefined ? parseArn(text) : { name, reference }
}

/** Words of a name that say the architecture, the longer one first. */
const ARCHITECTURES: readonly (readonly [RegExp, string])[] = [
  [/x86_64_mac/, 'x86_64_mac'],
  [/arm64_mac/, 'arm64_mac'],
  [/x86_64|amd64/, 'x86_64'],
  [/arm64|aarch64/, 'arm64'],
  [/i386/, 'i386'],
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

type Row = readonly [RegExp, ImageFacts]

// EC2 user guide: Enable enhanced networking with ENA; Boot modes of Amazon Linux, and UEFI on Graviton.
const SYSTEMS: readonly Row[] = [
  [
    /al2023|amazon-linux-2023/i,
    { virtualizationType: 'hvm', rootDeviceType: 'ebs', enaSupport: true, bootMode: 'uefi-preferred' },
  ],
  [
    /amzn2|amazon-linux-2(?!\d)|^AL2_/,
    { virtualizationType: 'hvm', rootDeviceType: 'ebs', enaSupport: true, bootMode: 'legacy-bios' },
  ],
  [/amzn-ami-(?:\w+-)*hvm/, { enaSupport: true, bootMode: 'legacy-bios' }],
  [/bottlerocket|\/debian\//i, { virtualizationType: 'hvm', rootDeviceType: 'ebs', enaSupport: true }],
  [/windows/i, { virtualizationType: 'hvm', rootDeviceType: 'ebs', enaSupport: true }],
  [/\/canonical\/ubuntu\/|\/suse\//, { enaSupport: true }],
]

const readSystem = (name: string): ImageFacts => SYSTEMS.find(([pattern]) => pattern.test(name))?.[1] ?? {}

// Their names say the architecture only if it is arm64.
const OF_CONTAINERS = /^\/aws\/service\/(ecs|eks)\/optimized-ami\//

/** What is known of the image behind a public parameter: what its name says, and what AWS documents of such systems. */
export const readPublicImage = ({ name }: Pick<ImageParameter, 'name'>): ImageFacts => {
  if (!name.startsWith(PUBLIC) || name.startsWith(`${PUBLIC}marketplace/`)) return {}
  const said = readParameterName({ name })
  const architecture = said.architecture ?? (OF_CONTAINERS.test(name) ? 'x86_64' : undefined)
  return {
    ...readSystem(name),
    ...said,
    ...(architecture !== undefined && { architecture }),
    ...(architecture === 'arm64' && { bootMode: 'uefi' }),
  }
}

/** The same of an image type of EKS, such as AL2023_ARM_64_STANDARD. Undefined for one that names no image. */
export const readEksImageType = (type: string): ImageFacts | undefined => {
  if (!/^(AL2|AL2023|BOTTLEROCKET|WINDOWS)_/.test(type)) return undefined
  const isArm = /_ARM_64/.test(type)
  return {
    ...readSystem(type),
    architecture: isArm ? 'arm64' : 'x86_64',
    ...(isArm && { bootMode: 'uefi' }),
  }
}
