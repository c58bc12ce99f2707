/**
 * The known facts of EC2 resources and of the calls that made them, without a verdict. An absent property means "not
 * known". It is never guessed, and never means "no".
 */

export type VirtualizationType = 'hvm' | 'paravirtual'

/** `unset`: the image has no boot mode parameter, so the instance type's default applies (known, unlike absent). */
export type BootMode = 'legacy-bios' | 'uefi' | 'uefi-preferred' | 'unset'

export type ImageFacts = {
  readonly imageId?: string
  readonly name?: string
  readonly virtualizationType?: VirtualizationType
  readonly enaSupport?: boolean
  readonly architecture?: string
  readonly bootMode?: BootMode
  readonly rootDeviceType?: string
  /** The version of NitroTPM that the image is configured for, `v2.0`; `unset`: for none (known, unlike absent). */
  readonly tpmSupport?: string
  /** `unset`: the owner of the image has limited nothing (known, unlike absent). */
  readonly instanceTypeSpecification?: InstanceTypeSpecification | 'unset'
  /** Of the states of EC2, only `available` can be launched from. */
  readonly imageState?: string
  /** From then on the image is deprecated. ISO 8601, UTC. */
  readonly deprecationTime?: string
  /** The account that owns the image, and alone may deregister it. */
  readonly imageOwnerId?: string
}

/**
 * The types on which the owner of an image lets EC2 launch it, as patterns: a type has to match one of `supported`, unless
 * that is empty, and none of `unsupported`. EC2 asks at a launch only, not of instances that exist already, and CopyImage
 * keeps it (EC2 user guide, AMI allowed instance types).
 */
export type InstanceTypeSpecification = {
  readonly supported: readonly string[]
  readonly unsupported: readonly string[]
}

/** The facts of an image alone, not of the instances that were launched from it. */
export type ImageOnly =
  | 'name'
  | 'tpmSupport'
  | 'instanceTypeSpecification'
  | 'imageState'
  | 'deprecationTime'
  | 'imageOwnerId'

/** An instance carries the facts of the image it was launched from, but for those that are the image's alone. */
export type InstanceFacts = Omit<ImageFacts, ImageOnly> & {
  /** Absent if the record of a launch does not name its instances. */
  readonly instanceId?: string
  readonly instanceType?: string
  readonly state?: string
  /**
   * The time of the last start; ISO 8601, UTC. Read only from EC2's answers, because that of a record is not needed,
   * and would cost as much as the rest of it.
   */
  readonly launchTime?: string
  readonly reservationId?: string
  /** The account of the reservation. This and the two that follow are read by id, reservation or token only, not by scans. */
  readonly ownerId?: string
  /** Chosen by the launcher, and no proof of anything by itself. */
  readonly clientToken?: string
  /**
   * The time at which it was made, whatever was started since. Written by AWS, if the instance lies in a VPC. ISO 8601,
   * UTC.
   */
  readonly createdAt?: string
  /** `spot` or `scheduled`; `on-demand` if the source says that it is neither. */
  readonly lifecycle?: 'on-demand' | 'spot' | 'scheduled'
  /** Of a Spot instance: EC2 can stop one of a persistent request only. */
  readonly spotRequest?: 'persistent' | 'one-time'
  readonly stopProtected?: boolean
  /**
   * The service that owns a managed instance (`operator.principal`), or `unnamed` if the record only says that there is
   * one.
   */
  readonly managedBy?: string
  readonly tags?: Readonly<Record<string, string>>
  /** The name of its image. Only if the image was read for another reason. */
  readonly imageName?: string
}

export type InstanceTypeFacts = {
  readonly instanceType: string
  readonly virtualizationTypes: readonly string[]
  /** `none` on bare metal. Not the `hypervisor` of an instance, which says xen for Nitro too. */
  readonly hypervisor: 'nitro' | 'xen' | 'none'
  readonly ena: Support
  readonly nvmeEbs: Support
  /** `none`: the type has no instance store. */
  readonly nvmeLocal: Support | 'none'
  readonly bootModes: readonly string[]
  readonly architectures: readonly string[]
  readonly rootDeviceTypes: readonly string[]
  /** Absent if EC2 was not asked: documents do not say it of each type. */
  readonly nitroTpm?: 'unsupported' | 'supported'
  /** `2.0`. Only if EC2 lists them. Otherwise NitroTPM is TPM 2.0 (EC2 user guide, NitroTPM). */
  readonly nitroTpmVersions?: readonly string[]
  /**
   * Known from documents only: a root device type that is not listed is unknown, not refused, if the type may have an
   * instance store.
   */
  readonly partial: boolean
  /** Not in EC2's answer on the catalogue's day, only in older records or documents. Still run by some; never suggested. */
  readonly retired?: true
  readonly vCpus?: number
  readonly memoryMiB?: number
}

export type Support = 'unsupported' | 'supported' | 'required'

/** Who made the call, and on whose behalf. */
export type Actor = {
  readonly arn?: string
  /** The AWS service that made the call for somebody, e.g. `autoscaling.amazonaws.com`. */
  readonly via?: string
  readonly autoScalingGroup?: string
  /** Id or name, then the version if known: `lt-0abc:4`. */
  readonly launchTemplate?: string
  readonly fleet?: string
  readonly stack?: string
  readonly cluster?: string
}

export type EventRef = {
  readonly id: string
  readonly name: string
  /** ISO 8601, UTC. */
  readonly time: string
}

export type Resource = {
  readonly type:
    | 'AwsEc2Instance'
    | 'AwsEc2Image'
    | 'AwsEc2LaunchRequest'
    // A launch that would not fit, before it is made.
    | 'AwsEc2LaunchTemplate'
    | 'AwsAutoScalingAutoScalingGroup'
    | 'AwsAutoScalingLaunchConfiguration'
  readonly id: string
  readonly arn: string
  readonly accountId: string
  readonly region: string
  /** The Name tag of an instance or the name of an image. Others than AWS write it: it is shown, and decides nothing. */
  readonly name?: string
  /** As the policy names the account. It is shown, and decides nothing. */
  readonly accountName?: string
}

/** A version of a launch template as a call names it: a number, `$Latest` or `$Default`. Of id and name, one at least. */
export type TemplateRef = { readonly id?: string; readonly name?: string; readonly version: string }

/** A launch configuration by its name. Nobody can change one. */
export type ConfigurationRef = { readonly configuration: string }

/** What a group launches by. */
export type LaunchRef = TemplateRef | ConfigurationRef

/**
 * What a version of a launch template, or a launch configuration, says. `unset`: it leaves that to whoever launches
 * (known, unlike absent: a parameter of Systems Manager chooses the image at the launch).
 */
export type TemplateFacts = {
  readonly ref: LaunchRef
  readonly imageId?: string
  readonly instanceType?: string
}

/** The subject of a rule: one resource and its known facts. */
export type Subject =
  | { readonly kind: 'instance'; readonly resource: Resource; readonly instance: InstanceFacts }
  | { readonly kind: 'image'; readonly resource: Resource; readonly image: ImageFacts }
  | {
      readonly kind: 'refused-launch'
      readonly resource: Resource
      readonly refusal: Refusal
      readonly instanceType?: string
      readonly image: ImageFacts
      /** The Name tag that the call asks for. */
      readonly name?: string
    }
  | {
      readonly kind: 'template'
      readonly resource: Resource
      /** `Launch template web (lt-0123) version 4`. */
      readonly what: string
      /** The Auto Scaling group that launches by it, if it is one's. */
      readonly group?: string
      readonly instanceType?: string
      readonly image: ImageFacts
      /** It leaves image or type to whoever launches by it. Absent if that is not known. */
      readonly open?: true
      /**
       * Image or type, if it is absent, stands elsewhere: in this template, in this launch configuration, or where the
       * record does not say.
       */
      readonly from?: { readonly template?: LaunchRef }
    }

/** Why EC2 refused a launch, or a change that a launch would need, whose image and type do not fit each other. */
export type Refusal = {
  /** Absent where EC2's words have other causes as well: then it is a misfit only where the known facts clash. */
  readonly reason?: CompatibilityReason
  /** EC2's own words, as recorded. */
  readonly message: string
  /** What was asked for where it is not a launch; `group`: that Auto Scaling or EKS launches by it. */
  readonly asked?: 'start' | 'resize' | 'group'
  /** The name of the group. */
  readonly group?: string
  /** The type that an instance had, whose type was to be changed. */
  readonly from?: string
}

/** Codes of an image and a type that do not fit, in their listed order. */
export const COMPATIBILITY_REASONS = [
  'VIRT_TYPE_UNSUPPORTED',
  'ARCH_UNSUPPORTED',
  'ROOT_DEVICE_UNSUPPORTED',
  'BOOT_MODE_UNSUPPORTED',
  'ENA_REQUIRED',
  'NVME_DRIVER_ADVISORY',
  'TYPE_NOT_ALLOWED_BY_IMAGE',
  'TPM_UNSUPPORTED',
  'IMAGE_NOT_AVAILABLE',
] as const
export type CompatibilityReason = (typeof COMPATIBILITY_REASONS)[number]
