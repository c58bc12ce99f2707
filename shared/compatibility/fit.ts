// Whether EC2 would launch an image on an instance type, according to the known facts of both.
import {
  COMPATIBILITY_REASONS,
  type CompatibilityReason,
  type ImageFacts,
  type InstanceTypeFacts,
} from '../facts/facts.ts'
import { matchesPattern } from '../text/wildcard.ts'

export type Fit = {
  /** Undefined if a fact that decides is not known. */
  readonly compatible: boolean | undefined
  /** In the order of COMPATIBILITY_REASONS. The NVMe advisory is among them but blocks nothing. */
  readonly reasons: readonly CompatibilityReason[]
  /**
   * Only if `compatible` is undefined: the facts that could decide. `rootDeviceTypes` (its list is partial) and
   * `nitroTpm` are the type's; all others are the image's.
   */
  readonly missing: readonly (keyof ImageFacts | 'rootDeviceTypes' | 'nitroTpm')[]
}

type Check = (image: ImageFacts, type: InstanceTypeFacts) => boolean | undefined

/**
 * Three-valued: false if a known fact blocks, whatever else is unknown; else undefined if an unknown fact could block;
 * else true. More knowledge never turns false into true. It turns true into false only by the facts that nearly no
 * image has: a limit of instance types, NitroTPM and a state other than available count as absent if they are not known
 * (`listAssumed` in cli/check says so).
 */
export const evaluateFit = (image: ImageFacts, type: InstanceTypeFacts): Fit => {
  const reasons: CompatibilityReason[] = []
  const missing: Fit['missing'][number][] = []
  let blocks = false
  for (const reason of COMPATIBILITY_REASONS) {
    const fits = CHECKS[reason](image, type)
    if (fits === undefined) missing.push(findDecidingFact(reason, image))
    else if (!fits) {
      reasons.push(reason)
      if (reason !== 'NVME_DRIVER_ADVISORY') blocks = true
    }
  }
  if (blocks) return { compatible: false, reasons, missing: [] }
  return { compatible: missing.length === 0 ? true : undefined, reasons, missing }
}

const CHECKS: Readonly<Record<CompatibilityReason, Check>> = {
  VIRT_TYPE_UNSUPPORTED: (image, type) =>
    isListed(image.virtualizationType, type.virtualizationTypes, ['hvm', 'paravirtual']),
  // No type takes every architecture, so an unknown one always matters.
  ARCH_UNSUPPORTED: (image, type) =>
    image.architecture === undefined ? undefined : type.architectures.includes(image.architecture),
  ROOT_DEVICE_UNSUPPORTED: (image, type) => {
    const listed = isListed(image.rootDeviceType, type.rootDeviceTypes, ['ebs', 'instance-store'])
    return listed === false && mayBootFromUnlisted(type) ? undefined : listed
  },
  BOOT_MODE_UNSUPPORTED: (image, type) => hasBootMode(image.bootMode, type.bootModes),
  // `supported` never blocks: only a type that requires ENA refuses an image without it.
  ENA_REQUIRED: (image, type) => (type.ena === 'required' ? image.enaSupport : true),
  // i3 takes EBS as NVMe or not but its own disks only as NVMe: both fields count.
  NVME_DRIVER_ADVISORY: (_, type) => type.nvmeEbs !== 'required' && type.nvmeLocal !== 'required',
  TYPE_NOT_ALLOWED_BY_IMAGE: (image, type) => allowsType(image, type.instanceType),
  TPM_UNSUPPORTED: ({ tpmSupport = 'unset' }, type) => (tpmSupport === 'unset' ? true : hasTpm(tpmSupport, type)),
  IMAGE_NOT_AVAILABLE: ({ imageState = 'available' }) => {
    if (imageState === 'available') return true
    return OVER.includes(imageState) ? false : undefined
  },
}

/**
 * States in which EC2 launches nothing from an image (EC2 API reference, Image). From others it may become available.
 */
const OVER = ['failed', 'invalid', 'error', 'disabled', 'deregistered']

/** Whether the owner of the image lets EC2 launch it on the type. True if no limit is known. */
export const allowsType = (
  { instanceTypeSpecification: limit = 'unset' }: ImageFacts,
  instanceType: string,
): boolean => {
  if (limit === 'unset') return true
  const matches = (pattern: string): boolean => matchesPattern(pattern, instanceType)
  return (limit.supported.length === 0 || limit.supported.some(matches)) && !limit.unsupported.some(matches)
}

const hasTpm = (version: string, { nitroTpm, nitroTpmVersions }: InstanceTypeFacts): boolean | undefined => {
  if (nitroTpm !== 'supported') return nitroTpm === undefined ? undefined : false
  return nitroTpmVersions === undefined || nitroTpmVersions.includes(version.replace(/^v/, ''))
}

/** Undefined if the value is unknown and not every possible value is listed. */
const isListed = (
  value: string | undefined,
  listed: readonly string[],
  all: readonly string[],
): boolean | undefined => {
  if (value !== undefined) return listed.includes(value)
  return all.every(each => listed.includes(each)) ? true : undefined
}

/** `unset` takes the type's default and `uefi-preferred` falls back to legacy BIOS, so neither asks for one mode. */
const hasBootMode = (bootMode: ImageFacts['bootMode'], listed: readonly string[]): boolean | undefined => {
  if (bootMode === 'unset') return true
  if (bootMode === 'uefi-preferred') return listed.includes('uefi') || listed.includes('legacy-bios')
  return isListed(bootMode, listed, ['uefi', 'legacy-bios'])
}

/**
 * For types known from documents alone, the evidence names EBS roots and does not mention others. Everything else in
 * their lists has evidence both ways. A type without an instance store cannot boot from one, whoever documents it.
 */
const mayBootFromUnlisted = (type: InstanceTypeFacts): boolean => type.partial && type.nvmeLocal !== 'none'

const findDecidingFact = (reason: CompatibilityReason, image: ImageFacts): Fit['missing'][number] => {
  switch (reason) {
    case 'VIRT_TYPE_UNSUPPORTED':
      return 'virtualizationType'
    case 'ARCH_UNSUPPORTED':
      return 'architecture'
    case 'ROOT_DEVICE_UNSUPPORTED':
      return image.rootDeviceType === undefined ? 'rootDeviceType' : 'rootDeviceTypes'
    case 'BOOT_MODE_UNSUPPORTED':
      return 'bootMode'
    case 'ENA_REQUIRED':
      return 'enaSupport'
    case 'TPM_UNSUPPORTED':
      return 'nitroTpm'
    case 'IMAGE_NOT_AVAILABLE':
      return 'imageState'
    case 'TYPE_NOT_ALLOWED_BY_IMAGE':
      throw new Error('an unknown limit of instance types counts as none')
    case 'NVME_DRIVER_ADVISORY':
      throw new Error('the NVMe advisory needs no fact of the image')
    default:
      return reason satisfies never
  }
}
