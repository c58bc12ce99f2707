import type { CompatibilityReason, ImageFacts } from './facts.ts'

/**
 * What EC2 says when it refuses a pair of image and type: one table for the readers and for the subscriptions, so that both
 * agree. docs/refusals.md has each wording with its source.
 */
export type Wording = {
  /** Absent if the same words have other causes as well. Then only known facts decide. */
  readonly reason?: CompatibilityReason
  /** As the API gives it; records of CloudTrail put `Client.` before it. */
  readonly code: string
  /** The message begins so, and goes on, after names that EC2 writes, with `rest`. */
  readonly starts: string
  readonly rest?: string
  /** Named groups: type, from, image, architecture, bootMode, tpm. */
  readonly extract: RegExp
  /** What the refusal says of the image by its mere kind. */
  readonly image?: ImageFacts
}

/** No name of EC2 has other characters, and none is longer. */
const TYPE = '(?<type>[\\w.-]{1,48})'
const NOTHING = /(?:)/

export const WORDINGS: readonly Wording[] = [
  {
    reason: 'VIRT_TYPE_UNSUPPORTED',
    code: 'InvalidParameterCombination',
    starts: "Virtualization type 'hvm' is required for instances of type '",
    extract: new RegExp(`of type '${TYPE}'`),
    image: { virtualizationType: 'paravirtual' },
  },
  {
    // Until about 2017, of Linux images on t1, m1, m2, c1.
    reason: 'VIRT_TYPE_UNSUPPORTED',
    code: 'InvalidParameterCombination',
    starts: "Non-Windows instances with a virtualization type of 'hvm' are currently not supported",
    extract: NOTHING,
    image: { virtualizationType: 'hvm' },
  },
  {
    reason: 'ENA_REQUIRED',
    code: 'InvalidParameterCombination',
    starts: 'Enhanced networking with the Elastic Network Adapter (ENA) is required for the ',
    extract: new RegExp(`for the '${TYPE}' instance type`),
    image: { enaSupport: false },
  },
  {
    reason: 'BOOT_MODE_UNSUPPORTED',
    code: 'InvalidParameterValue',
    starts: 'The ',
    rest: ' instance type does not support an AMI with a boot mode of ',
    extract: new RegExp(
      `^The ${TYPE} instance type does not support an AMI with a boot mode of (?<bootMode>[\\w -]{1,24})\\.`,
    ),
  },
  {
    reason: 'ARCH_UNSUPPORTED',
    code: 'InvalidParameterValue',
    starts: "The architecture '",
    rest: "' of the specified instance type does not match the architecture '",
    extract: /does not match the architecture '(?<architecture>\w{1,24})' of the specified AMI/,
  },
  {
    // Until about 2021.
    reason: 'ARCH_UNSUPPORTED',
    code: 'InvalidParameterValue',
    starts: "The requested instance type's architecture (",
    extract: /in the manifest for (?<image>ami-\w{1,32}) \((?<architecture>\w{1,24})\)/,
  },
  {
    reason: 'ROOT_DEVICE_UNSUPPORTED',
    code: 'UnsupportedOperation',
    starts: "AMI '",
    rest: "' with an instance-store root device is not supported for the instance type '",
    extract: new RegExp(
      `^AMI '(?<image>ami-\\w{1,32})' with an instance-store root device is not supported for the instance type '${TYPE}'`,
    ),
    image: { rootDeviceType: 'instance-store' },
  },
  {
    reason: 'TYPE_NOT_ALLOWED_BY_IMAGE',
    code: 'InvalidParameterCombination',
    starts: 'This AMI does not support the specified instance type.',
    extract: NOTHING,
  },
  {
    reason: 'TPM_UNSUPPORTED',
    code: 'InvalidParameterValue',
    starts: 'The ',
    rest: ' instance type does not support an AMI with TPM version ',
    extract: new RegExp(`^The ${TYPE} instance type does not support an AMI with TPM version (?<tpm>v[\\d.]{0,8}\\d)`),
  },
  {
    code: 'Unsupported',
    starts: 'The requested configuration is currently not supported.',
    extract: NOTHING,
  },
]

/** What EC2 says of a change of type alone. */
export const RESIZE_WORDINGS: readonly Wording[] = [
  {
    code: 'InvalidInstanceAttributeValue',
    starts: 'Modifying the instance type from ',
    rest: ' is not allowed.',
    extract: new RegExp(`from (?<from>[\\w.-]{1,48}) to ${TYPE} is not allowed`),
  },
]

/** What EKS says of a node group whose kind of image does not fit its types. */
export const NODE_GROUP_WORDINGS: readonly Wording[] = [
  {
    code: 'InvalidParameterException',
    starts: '[',
    rest: '] is not a valid instance type for requested amiType ',
    // Of the kind of image only its architecture is a fact that decides: AL2023_x86_64_STANDARD, BOTTLEROCKET_ARM_64.
    extract: new RegExp(
      `^\\[${TYPE}(?:, [\\w.-]{1,48})*\\] is not a valid instance type for requested amiType \\w{0,32}?_(?<architecture>x86_64|ARM_64)`,
    ),
  },
]

/** Much more than EC2 ever says (CloudTrail keeps 1 kB): nobody makes a reader slow with a longer message. */
const MESSAGE_LENGTH = 2048

/** What other services put before EC2's own words; the code where they name it. */
const WRAPPERS: readonly RegExp[] = [
  // Auto Scaling, of a group that it refuses to make or to change.
  /^You must use a valid fully-formed launch template\. /,
  // Auto Scaling, of a group that launches by EC2 Fleet.
  /^Could not launch (?:On-Demand|Spot) Instances\. (?<code>\w{1,64}) - /,
]

/** How the messages begin that Auto Scaling wraps; docs/refusals.md has their sources. */
export const OF_TEMPLATE = 'You must use a valid fully-formed launch template. '
export const OF_FLEET = ['Could not launch On-Demand Instances. ', 'Could not launch Spot Instances. '] as const

type Words = { readonly code: string | undefined; readonly message: string }

const unwrapMessage = ({ code, message }: Words): Words => {
  let inner: Words = { code, message: message.slice(0, MESSAGE_LENGTH) }
  for (const wrapper of WRAPPERS) {
    const match = wrapper.exec(inner.message)
    if (match !== null) inner = { code: match.groups?.['code'], message: inner.message.slice(match[0].length) }
  }
  return inner
}

/** Types, architectures or an image. Other words in between are another message, which repeats what a caller wrote. */
const NAMES = /^[\w.-]{1,48}(?:(?:, ?| to )[\w.-]{1,48})*$/

const isRest = (message: string, rest: string): boolean => {
  const end = message.indexOf(rest)
  return end !== -1 && NAMES.test(message.slice(0, end))
}

const isSaid = ({ code, starts, rest }: Wording, said: Words): boolean =>
  (said.code === undefined || said.code === code) &&
  said.message.startsWith(starts) &&
  (rest === undefined || isRest(said.message.slice(starts.length), rest))

export type Understood = {
  readonly wording: Wording
  /** EC2's own words, without what another service put before them. */
  readonly message: string
  readonly said: Readonly<Record<string, string | undefined>>
}

/** Which wording this is; undefined for any other. Without a code the words alone decide: some services leave it out. */
export const understandWords = (
  { code, message }: Words,
  wordings: readonly Wording[] = WORDINGS,
): Understood | undefined => {
  const words = unwrapMessage({ code: code?.replace(/^Client\./, ''), message })
  const wording = wordings.find(candidate => isSaid(candidate, words))
  return wording && { wording, message: words.message, said: wording.extract.exec(words.message)?.groups ?? {} }
}
