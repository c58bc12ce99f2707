/** The ids of the bench's paravirtual instances begin so. */
export const PARAVIRTUAL_PREFIX = 'i-0bad'

/**
 * DescribeInstances as EC2 writes it: indented, one reservation an instance, some 9 kB each (recorded answers for one
 * instance are 6 to 8 kB, and newer fields make them grow).
 */
export const describeInstances = (ids: readonly string[]): string =>
  `${HEAD}${ids.map(id => describeInstance(id)).join('')}${readTail()}`

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <requestId>0f8fad5b-d9cb-469f-a165-70867728950e</requestId>
    <reservationSet>
`

const readTail = (nextToken?: string): string =>
  `    </reservationSet>
${nextToken === undefined ? '' : `    <nextToken>${nextToken}</nextToken>\n`}</DescribeInstancesResponse>
`

/** A page of instances that are written already. */
export const renderPage = (instances: readonly string[], nextToken?: string): string =>
  `${HEAD}${instances.join('')}${readTail(nextToken)}`

export type Kind = { readonly instanceType: string; readonly paravirtual: boolean; readonly ena: boolean }

const getKind = (id: string): Kind => {
  const paravirtual = id.startsWith(PARAVIRTUAL_PREFIX)
  return { instanceType: paravirtual ? 'm1.small' : 'm5.large', paravirtual, ena: !paravirtual }
}

/** One instance, as an item of the reservation set. */
export const describeInstance = (id: string, kind: Kind = getKind(id)): string =>
  `${renderXml([renderReservation(id, kind)], 8)}\n`

/** Text, an element with children, or a set, whose members are called `item`. */
type Element = string | { readonly [name: string]: Element } | readonly Element[]

const isSet = (element: Element): element is readonly Element[] => Array.isArray(element)

function renderXml(element: Exclude<Element, string>, depth: number): string {
  const children = isSet(element) ? element.map(child => ['item', child] as const) : Object.entries(element)
  return children.map(([name, child]) => parseTag(name, child, depth)).join('\n')
}

function parseTag(name: string, child: Element, depth: number): string {
  const margin = ' '.repeat(depth)
  if (child === '') return `${margin}<${name}/>`
  if (typeof child === 'string') return `${margin}<${name}>${child}</${name}>`
  return `${margin}<${name}>\n${renderXml(child, depth + 4)}\n${margin}</${name}>`
}

const TIME = '2026-11-24T08:00:00.000Z'
const GROUPS = [{ groupId: 'sg-0a1b2c3d4e5f60718', groupName: 'billing-workers' }]
const UNMANAGED = { managed: 'false' }
const PUBLIC_NAME = 'ec2-192-0-2-17.compute-1.amazonaws.com'
const PRIVATE_NAME = 'ip-10-0-1-17.ec2.internal'
const PLACE = { subnetId: 'subnet-0f1e2d3c4b5a69788', vpcId: 'vpc-00112233445566778' }
const ASSOCIATION = { publicIp: '192.0.2.17', publicDnsName: PUBLIC_NAME, ipOwnerId: 'amazon' }

const renderReservation = (id: string, kind: Kind): Element => ({
  reservationId: `r-0${id.slice(3)}`,
  ownerId: '123456789012',
  groupSet: '',
  instancesSet: [{ ...renderIdentity(id, kind), ...renderNetwork(id), ...renderStorage(id), ...OPTIONS }],
  requesterId: '123456789012',
})

function renderIdentity(id: string, { instanceType, paravirtual, ena }: Kind): Record<string, Element> {
  return {
    instanceId: id,
    imageId: 'ami-0123456789abcdef0',
    instanceState: { code: '16', name: 'running' },
    privateDnsName: PRIVATE_NAME,
    dnsName: PUBLIC_NAME,
    reason: '',
    keyName: 'operations',
    amiLaunchIndex: '0',
    productCodes: '',
    instanceType,
    launchTime: TIME,
    placement: {
      availabilityZone: 'us-east-1a',
      availabilityZoneId: 'use1-az2',
      groupName: '',
      tenancy: 'default',
    },
    monitoring: { state: 'disabled' },
    architecture: 'x86_64',
    virtualizationType: paravirtual ? 'paravirtual' : 'hvm',
    clientToken: `${id.slice(2)}-5b1f-4c3e-9d2a-7f0e6c1b2a3d`,
    tagSet: [
      { key: 'Name', value: 'billing-worker-17' },
      { key: 'Environment', value: 'production' },
      { key: 'aws:autoscaling:groupName', value: 'billing-workers-blue' },
    ],
    hypervisor: 'xen',
    enaSupport: String(ena),
    usageOperation: 'RunInstances',
    usageOperationUpdateTime: TIME,
  }
}

const renderNetwork = (id: string): Record<string, Element> => ({
  ...PLACE,
  privateIpAddress: '10.0.1.17',
  ipAddress: '192.0.2.17',
  sourceDestCheck: 'true',
  groupSet: GROUPS,
  networkInterfaceSet: [
    {
      networkInterfaceId: `eni-0${id.slice(3)}`,
      ...PLACE,
      description: 'Primary network interface',
      ownerId: '123456789012',
      status: 'in-use',
      macAddress: '0a:ff:c1:2e:47:9b',
      privateIpAddress: '10.0.1.17',
      privateDnsName: PRIVATE_NAME,
      sourceDestCheck: 'true',
      groupSet: GROUPS,
      attachment: {
        attachmentId: `eni-attach-0${id.slice(3)}`,
        deviceIndex: '0',
        status: 'attached',
        attachTime: TIME,
        deleteOnTermination: 'true',
        networkCardIndex: '0',
      },
      association: ASSOCIATION,
      privateIpAddressesSet: [
        {
          privateIpAddress: '10.0.1.17',
          privateDnsName: PRIVATE_NAME,
          primary: 'true',
          association: ASSOCIATION,
        },
      ],
      ipv6AddressesSet: '',
      interfaceType: 'interface',
      operator: UNMANAGED,
    },
  ],
})

const renderStorage = (id: string): Record<string, Element> => ({
  rootDeviceType: 'ebs',
  rootDeviceName: '/dev/sda1',
  blockDeviceMapping: [
    {
      deviceName: '/dev/sda1',
      ebs: {
        volumeId: `vol-0${id.slice(3)}`,
        status: 'attached',
        attachTime: TIME,
        deleteOnTermination: 'true',
        operator: UNMANAGED,
      },
    },
  ],
  ebsOptimized: 'false',
})

const OPTIONS: Record<string, Element> = {
  cpuOptions: { coreCount: '1', threadsPerCore: '2' },
  capacityReservationSpecification: { capacityReservationPreference: 'open' },
  hibernationOptions: { configured: 'false' },
  enclaveOptions: { enabled: 'false' },
  metadataOptions: {
    state: 'applied',
    httpTokens: 'required',
    httpPutResponseHopLimit: '2',
    httpEndpoint: 'enabled',
    httpProtocolIpv4: 'enabled',
    httpProtocolIpv6: 'disabled',
    instanceMetadataTags: 'disabled',
  },
  maintenanceOptions: { autoRecovery: 'default', rebootMigration: 'default' },
  privateDnsNameOptions: {
    hostnameType: 'ip-name',
    enableResourceNameDnsARecord: 'false',
    enableResourceNameDnsAAAARecord: 'false',
  },
  platformDetails: 'Linux/UNIX',
  currentInstanceBootMode: 'legacy-bios',
  operator: UNMANAGED,
}
