/** Answers of DescribeInstances as EC2 writes them, for tests. */

export type Described = {
  readonly instanceId: string
  readonly instanceType?: string
  readonly imageId?: string
  readonly virtualizationType?: string
  readonly enaSupport?: 'true' | 'false' | undefined
  readonly architecture?: string
  readonly bootMode?: string
  readonly rootDeviceType?: string
  readonly state?: string
  readonly launchTime?: string
  readonly instanceLifecycle?: string
  readonly managedBy?: string
  readonly tags?: Readonly<Record<string, string>>
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#xD;')

const leaf = (name: string, text: string | undefined): string =>
  text === undefined ? '' : `<${name}>${escaped(text)}</${name}>\n`

const tagSet = (tags: Described['tags'] = {}): string =>
  `<tagSet>${Object.entries(tags)
    .map(([key, value]) => `<item>${leaf('key', key)}${value === '' ? '<value/>' : leaf('value', value)}</item>`)
    .join('')}</tagSet>`

/** One item of an instancesSet: by default a running HVM t3.micro with ENA, with wanted and unwanted elements. */
export const instanceXml = (instance: Described): string => `<item>
${leaf('instanceId', instance.instanceId)}${leaf('imageId', instance.imageId ?? 'ami-0abcdef1234567890')}
<instanceState><code>16</code>${leaf('name', instance.state ?? 'running')}</instanceState>
<privateDnsName>ip-192-0-2-1.ec2.internal</privateDnsName><dnsName/>
${leaf('instanceType', instance.instanceType ?? 't3.micro')}${leaf('launchTime', instance.launchTime ?? '2026-11-24T08:00:00.000Z')}
<placement><availabilityZone>us-east-1a</availabilityZone><groupName/><tenancy>default</tenancy></placement>
${leaf('architecture', instance.architecture ?? 'x86_64')}${leaf('rootDeviceType', instance.rootDeviceType ?? 'ebs')}
<blockDeviceMapping><item><deviceName>/dev/sda1</deviceName><ebs><volumeId>vol-01</volumeId><instanceId>no</instanceId></ebs></item></blockDeviceMapping>
${leaf('virtualizationType', instance.virtualizationType ?? 'hvm')}${leaf('bootMode', instance.bootMode)}
${'enaSupport' in instance ? leaf('enaSupport', instance.enaSupport) : '<enaSupport>true</enaSupport>'}
${leaf('instanceLifecycle', instance.instanceLifecycle)}${tagSet(instance.tags)}<hypervisor>xen</hypervisor>
<networkInterfaceSet><item><networkInterfaceId>eni-01</networkInterfaceId><tagSet><item><key>not</key><value>its</value></item></tagSet>
<operator><managed>true</managed><principal>not.its</principal></operator></item></networkInterfaceSet>
${instance.managedBy === undefined ? '<operator><managed>false</managed></operator>' : `<operator><managed>true</managed>${leaf('principal', instance.managedBy)}</operator>`}
</item>`

/** An answer with one reservation for each list of instances. */
export const pageXml = (reservations: readonly (readonly Described[])[], nextToken?: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <requestId>8f7724cf-496f-496e-8fe3-example</requestId>
    <reservationSet>${reservations
      .map(
        (instances, index) =>
          `<item><reservationId>r-0${index}</reservationId><ownerId>123456789012</ownerId><groupSet/><instancesSet>${instances.map(instanceXml).join('')}</instancesSet></item>`,
      )
      .join('')}</reservationSet>
${nextToken === undefined ? '' : leaf('nextToken', nextToken)}</DescribeInstancesResponse>
`
