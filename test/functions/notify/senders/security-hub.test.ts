import { BatchImportFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { createSecurityHubSender } from '../../../../functions/notify/senders/security-hub.ts'
import { createInstanceResource } from '../../../../shared/facts/resource.ts'
import { buildAsffTest } from '../../../../shared/formats/asff-test.ts'
import { aFinding, anAlert, PLACE } from '../../../support/findings.ts'
import { finding, outcome, seconds } from '../world.ts'
import { AT, alertJob, BUSY, named, ofMany, PASSING, REGION, thrown } from './jobs.ts'

describe('Security Hub', () => {
  const client = new SecurityHubClient(REGION)
  const mock = mockClient(client)
  const regions: string[] = []
  const clientFor = (region: string): SecurityHubClient => {
    regions.push(region)
    return client
  }
  const sender = createSecurityHubSender({
    clientFor,
    accountId: PLACE.accountId,
    test: at => buildAsffTest(PLACE, at),
  })
  const sent = (call = 0) => mock.commandCalls(BatchImportFindingsCommand)[call]?.args[0].input.Findings ?? []
  beforeEach(() => {
    regions.length = 0
    mock.reset()
    mock.onAnyCommand().rejects(new Error('unexpected call'))
    mock
      .on(BatchImportFindingsCommand)
      .callsFake(({ Findings }) => ({ SuccessCount: Findings.length, FailedCount: 0, FailedFindings: [] }))
  })

  test('is sent a finding unchanged, dated by its alert', async () => {
    expect(await sender(alertJob())).toEqual({ kind: 'sent', says: 'Security Hub accepted 1' })
    expect(sent()).toMatchObject([{ RecordState: 'ACTIVE', UpdatedAt: AT, Compliance: { Status: 'FAILED' } }])
  })

  test('is sent that a finding is over when it is stopped or resolved, under the same id', async () => {
    await sender(alertJob())
    await sender(alertJob(outcome(1, seconds(900))))
    await sender(alertJob(outcome(1, seconds(900), { state: 'RESOLVED' })))
    await sender(alertJob(outcome(1, seconds(900), { state: 'FAILED' })))
    await sender(alertJob(outcome(1, seconds(900), { state: 'REFUSED' })))
    const states = [0, 1, 2, 3, 4].map(call => sent(call)[0]?.RecordState)
    expect(states).toEqual(['ACTIVE', 'ARCHIVED', 'ARCHIVED', 'ACTIVE', 'ACTIVE'])
    expect(new Set([0, 1, 2, 3, 4].map(call => sent(call)[0]?.Id)).size).toBe(1)
    expect(String(sent(1)[0]?.UpdatedAt) > String(sent(0)[0]?.UpdatedAt)).toBe(true)
  })

  test('is sent at most 100 at once', async () => {
    expect(await sender(ofMany(250))).toMatchObject({ says: 'Security Hub accepted 250' })
    expect([0, 1, 2].map(call => sent(call).length)).toEqual([100, 100, 50])
  })

  const of = (place: { accountId: string; region: string }) =>
    anAlert([aFinding({ resource: createInstanceResource(place, 'i-0123456789abcdef0') })], place)
  const inRegion = (region: string) => of({ ...PLACE, region })

  test('has taken all if it names no finding that it refused', async () => {
    mock.on(BatchImportFindingsCommand).resolves({ SuccessCount: 1, FailedCount: 0 })
    expect(await sender(alertJob())).toMatchObject({ kind: 'sent' })
  })

  test('is sent nothing if an alert has no findings, and that is no failure', async () => {
    expect(await sender({ kind: 'digest', alerts: [{ ...finding(1), findings: [] }] })).toEqual({
      kind: 'sent',
      says: 'Security Hub accepted 0',
    })
    expect(mock.calls()).toEqual([])
  })

  test('has not taken all if one region refuses, whatever the next one says', async () => {
    mock.on(BatchImportFindingsCommand).callsFake(({ Findings: [{ Region }] }) => {
      if (Region === 'us-east-1') throw named('InvalidAccessException')
      return { SuccessCount: 1, FailedCount: 0 }
    })
    const sent = await sender({ kind: 'digest', alerts: [finding(1), inRegion('eu-west-1')] })
    expect(sent).toMatchObject({ kind: 'refused', whatToDo: expect.stringContaining('us-east-1') })
  })

  test('is sent a finding in its own region, under the product of that region', async () => {
    expect(await sender({ kind: 'digest', alerts: [finding(1), inRegion('eu-west-1')] })).toMatchObject({
      kind: 'sent',
    })
    expect(regions).toEqual(['us-east-1', 'eu-west-1'])
    expect(sent(1).map(({ ProductArn, Region }) => [ProductArn, Region])).toEqual([
      ['arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default', 'eu-west-1'],
    ])
  })

  test('says what to deploy if findings of a region may not be sent', async () => {
    mock.on(BatchImportFindingsCommand).rejects(named('AccessDeniedException'))
    expect(await sender(alertJob(inRegion('eu-west-1')))).toMatchObject({
      kind: 'refused',
      whatToDo: expect.stringContaining('eu-west-1 among -c sweepRegions'),
    })
  })

  test('is sent no finding of another account, which is reported', async () => {
    expect(await sender(alertJob(of({ ...PLACE, accountId: '210987654321' })))).toMatchObject({
      kind: 'refused',
      why: 'Security Hub takes findings of 210987654321 from that account only',
    })
    expect(mock.calls()).toHaveLength(0)
  })

  test('is sent the findings of its account, and the others are named with a way to send theirs', async () => {
    const alerts = [finding(1), ...['210987654321', '321098765432'].map(accountId => of({ ...PLACE, accountId }))]
    expect(await sender({ kind: 'digest', alerts })).toEqual({
      kind: 'refused',
      why: 'Security Hub takes findings of 210987654321, 321098765432 from that account only',
      whatToDo: expect.stringMatching(/^Route alerts of other accounts to/),
    })
    expect(sent()).toHaveLength(1)
  })

  test('names three of many findings that it refuses', async () => {
    const FailedFindings = ['a', 'b', 'c', 'd'].map(Id => ({ Id, ErrorCode: 'InvalidInput', ErrorMessage: 'no' }))
    mock.on(BatchImportFindingsCommand).resolves({ SuccessCount: 0, FailedCount: 4, FailedFindings })
    expect(await sender(alertJob())).toMatchObject({
      why: 'Security Hub did not take 4: a: InvalidInput: no; b: InvalidInput: no; c: InvalidInput: no',
    })
  })

  test('is asked again for both if it refuses one for now, and another for good', async () => {
    const FailedFindings = ['InvalidInput', 'InternalFailure'].map(ErrorCode => ({
      Id: 'a/b',
      ErrorCode,
      ErrorMessage: 'no',
    }))
    mock.on(BatchImportFindingsCommand).resolves({ SuccessCount: 0, FailedCount: 2, FailedFindings })
    expect(await thrown(sender)).toBeInstanceOf(Error)
  })

  test('says which finding it refuses and why', async () => {
    mock.on(BatchImportFindingsCommand).resolves({
      SuccessCount: 1,
      FailedCount: 1,
      FailedFindings: [{ Id: 'a/b', ErrorCode: 'InvalidInput', ErrorMessage: 'Title too long' }],
    })
    expect(await sender(alertJob())).toEqual({
      kind: 'refused',
      why: 'Security Hub did not take 1: a/b: InvalidInput: Title too long',
    })
  })

  test('is asked again if it refuses one for now', async () => {
    mock.on(BatchImportFindingsCommand).resolves({
      SuccessCount: 0,
      FailedCount: 1,
      FailedFindings: [{ Id: 'a/b', ErrorCode: 'InternalFailure', ErrorMessage: 'later' }],
    })
    expect(String(await thrown(sender))).toContain('InternalFailure')
  })

  test('says so if it is not enabled', async () => {
    mock.on(BatchImportFindingsCommand).rejects(named('InvalidAccessException', 'not subscribed to Security Hub'))
    expect(await sender(alertJob())).toEqual({
      kind: 'refused',
      why: 'InvalidAccessException: not subscribed to Security Hub',
      whatToDo:
        'Enable Security Hub CSPM in this account in us-east-1; then move the messages back from the dead-letter queue.',
    })
  })

  test.each([
    ...BUSY.map(name => [name, 'later']),
    ['AccessDeniedException', 'refused'],
    ['InvalidInputException', 'refused'],
  ])('answers %s, which means %s', async (name, kind) => {
    mock.on(BatchImportFindingsCommand).rejects(named(name))
    expect(await sender(alertJob())).toMatchObject({ kind })
  })

  test.each(PASSING)('answers %s, which is thrown', async name => {
    mock.on(BatchImportFindingsCommand).rejects(named(name))
    expect(await thrown(sender)).toMatchObject({ name })
  })

  test('is tested with a document that is archived', async () => {
    expect(await sender({ kind: 'test', at: AT })).toMatchObject({ kind: 'sent' })
    expect(sent()).toMatchObject([JSON.parse(JSON.stringify({ ...buildAsffTest(PLACE, AT), RecordState: 'ARCHIVED' }))])
  })
})
