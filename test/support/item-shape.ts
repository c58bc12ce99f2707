import { ACCOUNT, type Json, set, TIME } from './record-shape.ts'

const SECURITY_GROUP = { groupId: 'sg-0123456789abcdef0', groupName: 'web' }

/** The one network interface of an instance. */
export const networkInterface = (instanceId: string): Json => ({
  networkInterfaceId: instanceId.replace(/^i-/, 'eni-'),
  subnetId: 'subnet-0123456789abcdef0',
  vpcId: 'vpc-0123456789abcdef0',
  ownerId: ACCOUNT,
  status: 'in-use',
  macAddress: '06:18:9b:64:05:2b',
  privateIpAddress: '192.0.2.10',
  privateDnsName: 'ip-192-0-2-10.ec2.internal',
  sourceDestCheck: true,
  interfaceType: 'interface',
  groupSet: set([SECURITY_GROUP]),
  attachment: {
    attachmentId: instanceId.replace(/^i-/, 'eni-attach-'),
    deviceIndex: 0,
    networkCardIndex: 0,
    status: 'attaching',
    attachTime: Date.parse(TIME),
    deleteOnTermination: true,
  },
  privateIpAddressesSet: {
    item: [{ privateIpAddress: '192.0.2.10', privateDnsName: 'ip-192-0-2-10.ec2.internal', primary: true }],
  },
  ipv6AddressesSet: {},
  tagSet: {},
})

/** The keys of a launched instance that no caller has cared for so far, as schema 1.11 has them. */
export const ITEM: Json = {
  currentInstanceBootMode: 'legacy-bios',
  instanceState: { code: 0, name: 'pending' },
  privateDnsName: 'ip-192-0-2-10.ec2.internal',
  amiLaunchIndex: 0,
  productCodes: {},
  launchTime: Date.parse(TIME),
  placement: { availabilityZone: 'us-east-1a', availabilityZoneId: 'use1-az1', tenancy: 'default' },
  monitoring: { state: 'disabled' },
  subnetId: 'subnet-0123456789abcdef0',
  vpcId: 'vpc-0123456789abcdef0',
  privateIpAddress: '192.0.2.10',
  stateReason: { code: 'pending', message: 'pending' },
  architecture: 'x86_64',
  rootDeviceType: 'ebs',
  rootDeviceName: '/dev/xvda',
  blockDeviceMapping: {},
  hypervisor: 'xen',
  groupSet: set([SECURITY_GROUP]),
  sourceDestCheck: true,
  ebsOptimized: false,
  cpuOptions: { coreCount: 1, threadsPerCore: 2 },
  capacityReservationSpecification: { capacityReservationPreference: 'open' },
  enclaveOptions: { enabled: false },
  metadataOptions: {
    state: 'pending',
    httpTokens: 'required',
    httpPutResponseHopLimit: 2,
    httpEndpoint: 'enabled',
    httpProtocolIpv4: 'enabled',
    httpProtocolIpv6: 'disabled',
    instanceMetadataTags: 'disabled',
  },
  maintenanceOptions: { autoRecovery: 'default' },
  privateDnsNameOptions: {
    hostnameType: 'ip-name',
    enableResourceNameDnsARecord: false,
    enableResourceNameDnsAAAARecord: false,
  },
  operator: { managed: false },
}
