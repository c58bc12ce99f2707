import { instanceResource, partitionOf } from '../facts/resource.ts'
import type { Asff } from './asff.ts'

type Place = { readonly accountId: string; readonly region: string }

/** A document that tests whether Security Hub takes one: it passes, is archived, and is about an instance that cannot be. */
export const asffTest = ({ accountId, region }: Place, at: string): Asff => {
  const severity = { Label: 'INFORMATIONAL', Original: 'INFORMATIONAL' } as const
  const types = ['Software and Configuration Checks/AWS Security Best Practices']
  return {
    SchemaVersion: '2018-10-08',
    Id: `virtguard-test/${accountId}/${region}`,
    ProductArn: `arn:${partitionOf(region)}:securityhub:${region}:${accountId}:product/${accountId}/default`,
    ProductName: 'virtguard',
    CompanyName: 'virtguard',
    Region: region,
    GeneratorId: 'virtguard/test',
    AwsAccountId: accountId,
    Types: types,
    FirstObservedAt: at,
    LastObservedAt: at,
    CreatedAt: at,
    UpdatedAt: at,
    Severity: severity,
    Title: 'A test of virtguard',
    Description: 'Somebody asked for this document with `virtguard notify test`. Nothing was found.',
    Remediation: { Recommendation: { Text: 'There is nothing to do.' } },
    ProductFields: {},
    Resources: [
      { Type: 'Other', Id: instanceResource({ accountId, region }, 'i-00000000').arn, Region: region, Details: {} },
    ],
    Compliance: { Status: 'PASSED' },
    RecordState: 'ARCHIVED',
    FindingProviderFields: { Severity: severity, Types: types },
  }
}
