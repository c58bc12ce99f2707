import { readFileSync } from 'node:fs'
import { SNSClient } from '@aws-sdk/client-sns'
import { describe, expect, test } from '@jest/globals'
import { RegionInfo } from 'aws-cdk-lib/region-info'
import { findPartition, getAsffPartition, getPartition, PARTITIONS } from '../../shared/facts/partitions.ts'
import { createInstanceResource } from '../../shared/facts/resource.ts'

const hostBySdk = (region: string): string => {
  const { endpointProvider } = new SNSClient({ region }).config
  return endpointProvider({ Region: region, UseDualStack: false, UseFIPS: false }, {}).url.host
}

const regions = RegionInfo.regions.map(({ name, partition = '', domainSuffix = '' }) => ({
  name,
  partition,
  domainSuffix,
}))

describe('the partition of a region', () => {
  test.each(regions)('$name is $partition, as CDK and the SDK know it', ({ name, partition, domainSuffix }) => {
    expect(findPartition(name)).toMatchObject({ id: partition, dnsSuffix: domainSuffix })
    expect(hostBySdk(name)).toBe(`sns.${name}.${getAsffPartition(name).dnsSuffix}`)
  })

  // A region to come, which only the pattern knows.
  test.each([
    'ap-north-9',
    'cn-south-9',
    'us-gov-south-9',
    'eusc-de-west-9',
    'us-iso-north-9',
    'us-isob-north-9',
    'eu-isoe-north-9',
    'us-isof-north-9',
  ])('%s, which is to come, is what the SDK takes it for', name => {
    expect(hostBySdk(name)).toBe(`sns.${name}.${findPartition(name)?.dnsSuffix}`)
  })

  test('of each kind exists, and none is missing', () => {
    expect(PARTITIONS.map(({ id }) => id).toSorted()).toEqual(
      [...new Set(regions.map(({ partition }) => partition))].toSorted(),
    )
  })

  test('is aws if it fits none, as it is for the SDK', () => {
    expect([findPartition('moon-1'), getPartition('moon-1')]).toEqual([undefined, 'aws'])
  })
})

test.each(PARTITIONS.filter(({ id }) => id !== 'aws'))(
  'the partition $id signs in at $webDomain, as the SDK knows it',
  ({ webDomain }) => {
    const rules = readFileSync('node_modules/@aws-sdk/nested-clients/dist-cjs/submodules/signin/index.js', 'utf8')
    expect(rules).toContain(`signin.${webDomain}"`)
  },
)

test('the stack may be deployed to each partition', () => {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'))
  expect(context['@aws-cdk/core:target-partitions']).toEqual(PARTITIONS.map(({ id }) => id))
})

test('an ARN has the partition of its region', () => {
  const { arn } = createInstanceResource({ accountId: '123456789012', region: 'eusc-de-east-1' }, 'i-1')
  expect(arn).toBe('arn:aws-eusc:ec2:eusc-de-east-1:123456789012:instance/i-1')
})
