/** A partition of AWS: regions that share accounts, ARNs and domains, and nothing with those of other partitions. */
export type Partition = {
  readonly id: string
  /** Its regions, those to come included. */
  readonly regions: RegExp
  /** Of the endpoints of its services, as in `sns.REGION.SUFFIX`, and of their names in IAM's `kms:ViaService`. */
  readonly dnsSuffix: string
  /** The domain of its console: `console.DOMAIN`, as the sign-in is at `signin.DOMAIN`. */
  readonly webDomain: string
}

const AWS: Partition = {
  id: 'aws',
  regions: /^(?:us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/,
  dnsSuffix: 'amazonaws.com',
  webDomain: 'aws.amazon.com',
}

/** As the SDK knows them. */
export const PARTITIONS: readonly Partition[] = [
  AWS,
  { id: 'aws-cn', regions: /^cn-\w+-\d+$/, dnsSuffix: 'amazonaws.com.cn', webDomain: 'amazonaws.cn' },
  { id: 'aws-us-gov', regions: /^us-gov-\w+-\d+$/, dnsSuffix: 'amazonaws.com', webDomain: 'amazonaws-us-gov.com' },
  { id: 'aws-eusc', regions: /^eusc-(?:de)-\w+-\d+$/, dnsSuffix: 'amazonaws.eu', webDomain: 'amazonaws-eusc.eu' },
  { id: 'aws-iso', regions: /^us-iso-\w+-\d+$/, dnsSuffix: 'c2s.ic.gov', webDomain: 'c2shome.ic.gov' },
  { id: 'aws-iso-b', regions: /^us-isob-\w+-\d+$/, dnsSuffix: 'sc2s.sgov.gov', webDomain: 'sc2shome.sgov.gov' },
  { id: 'aws-iso-e', regions: /^eu-isoe-\w+-\d+$/, dnsSuffix: 'cloud.adc-e.uk', webDomain: 'csphome.adc-e.uk' },
  { id: 'aws-iso-f', regions: /^us-isof-\w+-\d+$/, dnsSuffix: 'csp.hci.ic.gov', webDomain: 'csphome.hci.ic.gov' },
]

/** The partition of a region; undefined for one that fits none. */
export const findPartition = (region: string): Partition | undefined =>
  PARTITIONS.find(({ regions }) => regions.test(region))

/** The same; a region that fits none counts to `aws`, as it does for the SDK. */
export const getAsffPartition = (region: string): Partition => findPartition(region) ?? AWS

/** The name of a region's partition, as ARNs need it. */
export const getPartition = (region: string): string => getAsffPartition(region).id
