/**
 * What was decided about the names in AWS's models: those that virtguard uses, and those that say nothing about whether an image
 * fits a type, grouped by what they are about. A name that is in neither is drift: somebody has to look at it.
 */
export type Decided = {
  readonly used: readonly string[]
  readonly ignored: Readonly<Record<string, readonly string[]>>
}

const NETWORK_AND_ACCESS = 'the network, keys and access'
const ACCOUNTING = 'tenancy, prices and licences'
const PERFORMANCE = 'size and performance'
const IDENTITY = 'names and bookkeeping'
const PROTECTION = 'metadata service, enclaves, hibernation and monitoring'

/** The members of the shapes of EC2 that describe a launch: what, from what, and on what. */
export const SHAPES: Readonly<Record<string, Decided>> = {
  Image: {
    used: [
      'ImageId',
      'OwnerId',
      'Name',
      'State',
      'Architecture',
      'VirtualizationType',
      'RootDeviceType',
      'EnaSupport',
      'BootMode',
      'TpmSupport',
      'InstanceTypeSpecification',
      'DeprecationTime',
      'CreationDate',
      'Platform',
      'Public',
      'Tags',
    ],
    ignored: {
      [IDENTITY]: [
        'Description',
        'LastLaunchedTime',
        'StateReason',
        'ImageLocation',
        'ImageOwnerAlias',
        'ImageType',
        'SourceInstanceId',
        'SourceImageId',
        'SourceImageRegion',
        'ImageWatermarks',
        'PublicSsmParameterName',
      ],
      [ACCOUNTING]: ['PlatformDetails', 'UsageOperation', 'ProductCodes', 'FreeTierEligible'],
      [PROTECTION]: ['ImdsSupport', 'DeregistrationProtection', 'ScanResults'],
      'disks: what decides is the type of the root device': ['BlockDeviceMappings', 'RootDeviceName'],
      'kernels of paravirtual images: the virtualization type says it': ['KernelId', 'RamdiskId'],
      'the network before ENA, which no type requires': ['SriovNetSupport'],
      'always Xen, whatever the type runs on': ['Hypervisor'],
      'whether the account allows the image: EC2 refuses the launch by itself': ['ImageAllowed'],
    },
  },
  InstanceTypeInfo: {
    used: [
      'InstanceType',
      'SupportedVirtualizationTypes',
      'Hypervisor',
      'BareMetal',
      'NetworkInfo',
      'EbsInfo',
      'InstanceStorageSupported',
      'InstanceStorageInfo',
      'SupportedBootModes',
      'ProcessorInfo',
      'SupportedRootDeviceTypes',
      'VCpuInfo',
      'MemoryInfo',
      'NitroTpmSupport',
      'NitroTpmInfo',
    ],
    ignored: {
      [ACCOUNTING]: ['CurrentGeneration', 'FreeTierEligible', 'SupportedUsageClasses', 'DedicatedHostsSupported'],
      [PERFORMANCE]: [
        'GpuInfo',
        'FpgaInfo',
        'InferenceAcceleratorInfo',
        'MediaAcceleratorInfo',
        'NeuronInfo',
        'PlacementGroupInfo',
        'BurstablePerformanceSupported',
        'PhcSupport',
      ],
      [PROTECTION]: ['HibernationSupported', 'AutoRecoverySupported', 'NitroEnclavesSupport', 'RebootMigrationSupport'],
      'whether a Region offers the type: EC2 says so at the launch': ['SupportedInRegion'],
    },
  },
  Instance: {
    used: [
      'InstanceId',
      'ImageId',
      'InstanceType',
      'Architecture',
      'VirtualizationType',
      'Hypervisor',
      'RootDeviceType',
      'EnaSupport',
      'BootMode',
      'TpmSupport',
      'State',
      'LaunchTime',
      'InstanceLifecycle',
      'SpotInstanceRequestId',
      'Tags',
      'Platform',
      'NetworkInterfaces',
      'BlockDeviceMappings',
      'Operator',
    ],
    ignored: {
      [NETWORK_AND_ACCESS]: [
        'IamInstanceProfile',
        'KeyName',
        'Ipv6Address',
        'PrivateDnsName',
        'PrivateDnsNameOptions',
        'PrivateIpAddress',
        'PublicDnsName',
        'PublicIpAddress',
        'SecondaryInterfaces',
        'SecurityGroups',
        'SourceDestCheck',
        'SubnetId',
        'VpcId',
      ],
      [ACCOUNTING]: [
        'CapacityBlockId',
        'CapacityReservationId',
        'CapacityReservationSpecification',
        'Licenses',
        'PlatformDetails',
        'ProductCodes',
        'UsageOperation',
        'UsageOperationUpdateTime',
        'OutpostArn',
        'Placement',
      ],
      [PERFORMANCE]: [
        'CpuOptions',
        'EbsOptimized',
        'ElasticGpuAssociations',
        'ElasticInferenceAcceleratorAssociations',
        'NetworkPerformanceOptions',
      ],
      [PROTECTION]: ['EnclaveOptions', 'HibernationOptions', 'MaintenanceOptions', 'MetadataOptions', 'Monitoring'],
      [IDENTITY]: ['AmiLaunchIndex', 'ClientToken', 'RootDeviceName', 'StateReason', 'StateTransitionReason'],
      'what the boot mode and the type make of it: both are used': ['CurrentInstanceBootMode'],
      'kernels of paravirtual images: the virtualization type says it': ['KernelId', 'RamdiskId'],
      'the network before ENA, which no type requires': ['SriovNetSupport'],
    },
  },
  RegisterImageRequest: {
    used: [
      'Architecture',
      'BootMode',
      'EnaSupport',
      'RootDeviceName',
      'BlockDeviceMappings',
      'VirtualizationType',
      'ImageLocation',
      'TpmSupport',
      'Name',
      'DryRun',
    ],
    ignored: {
      [IDENTITY]: ['Description', 'TagSpecifications'],
      [ACCOUNTING]: ['BillingProducts'],
      [PROTECTION]: ['ImdsSupport', 'UefiData'],
      'kernels of paravirtual images: the virtualization type says it': ['KernelId', 'RamdiskId'],
      'the network before ENA, which no type requires': ['SriovNetSupport'],
    },
  },
}

/** The values of the enumerations that a decision reads. A value more may be a new answer. */
export const ENUMS: Readonly<Record<string, readonly string[]>> = {
  ArchitectureValues: ['arm64', 'arm64_mac', 'i386', 'x86_64', 'x86_64_mac'],
  VirtualizationType: ['hvm', 'paravirtual'],
  DeviceType: ['ebs', 'instance-store'],
  BootModeValues: ['legacy-bios', 'uefi', 'uefi-preferred'],
  BootModeType: ['legacy-bios', 'uefi'],
  TpmSupportValues: ['v2.0'],
  NitroTpmSupport: ['supported', 'unsupported'],
  EnaSupport: ['required', 'supported', 'unsupported'],
  EbsNvmeSupport: ['required', 'supported', 'unsupported'],
  EphemeralNvmeSupport: ['required', 'supported', 'unsupported'],
  InstanceTypeHypervisor: ['nitro', 'xen'],
  ImageState: ['available', 'deregistered', 'disabled', 'error', 'failed', 'invalid', 'pending', 'transient'],
  InstanceStateName: ['pending', 'running', 'shutting-down', 'stopped', 'stopping', 'terminated'],
  InstanceLifecycleType: ['capacity-block', 'interruptible-capacity-reservation', 'scheduled', 'spot'],
}

/**
 * The calls that may make or start instances, images, and the templates and groups that launch them, by their names.
 */
export const MAY_LAUNCH =
  /^(Run|Start|Create|Request|Modify|Register|Import|Copy|Restore|Replace)\w*(Instance|Image|Fleet|Spot|LaunchTemplate)/

export const OPERATIONS: Decided = {
  used: [
    'RunInstances',
    'StartInstances',
    'RegisterImage',
    'CopyImage',
    'ImportImage',
    'CreateFleet',
    'RequestSpotInstances',
    'CreateLaunchTemplate',
    'CreateLaunchTemplateVersion',
    'ModifyInstanceAttribute',
    'ReplaceImageInstanceTypeSpecification',
  ],
  ignored: {
    'makes instances by RunInstances, or by a fleet that is seen': [
      'ModifyFleet',
      'ModifySpotFleetRequest',
      'RequestSpotFleet',
      'RunScheduledInstances',
      'ImportInstance',
    ],
    'an image with the facts of what it is made of': [
      'CreateImage',
      'CreateRestoreImageTask',
      'RestoreImageFromRecycleBin',
    ],
    'not about what is launched': [
      'CopyFpgaImage',
      'CreateCapacityReservationFleet',
      'CreateFpgaImage',
      'CreateImageUsageReport',
      'CreateInstanceConnectEndpoint',
      'CreateInstanceEventWindow',
      'CreateInstanceExportTask',
      'CreateReservedInstancesListing',
      'CreateSpotDatafeedSubscription',
      'CreateStoreImageTask',
      'CreateVerifiedAccessInstance',
      'ModifyCapacityReservationFleet',
      'ModifyFpgaImageAttribute',
      'ModifyImageAttribute',
      'ModifyInstanceCapacityReservationAttributes',
      'ModifyInstanceConnectEndpoint',
      'ModifyInstanceCpuOptions',
      'ModifyInstanceCreditSpecification',
      'ModifyInstanceEventStartTime',
      'ModifyInstanceEventWindow',
      'ModifyInstanceMaintenanceOptions',
      'ModifyInstanceMetadataDefaults',
      'ModifyInstanceMetadataOptions',
      'ModifyInstanceNetworkPerformanceOptions',
      'ModifyInstancePlacement',
      'ModifyLaunchTemplate',
      'ModifyReservedInstances',
      'ModifyVerifiedAccessInstance',
      'ModifyVerifiedAccessInstanceLoggingConfiguration',
      'RegisterInstanceEventNotificationAttributes',
      'ReplaceIamInstanceProfileAssociation',
      'ReplaceImageCriteriaInAllowedImagesSettings',
    ],
  },
}
