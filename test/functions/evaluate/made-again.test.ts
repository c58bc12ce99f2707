import { expect, test } from '@jest/globals'
import { processBatch } from '../../../functions/evaluate/process-batch.ts'
import { parsePolicy } from '../../../shared/policy/load.ts'
import { aStage } from '../../attacks/stage.ts'
import { anEnvelope } from '../../support/builders.ts'
import { somePorts } from '../../support/ports.ts'
import type { Json } from '../../support/record-shape.ts'
import { aBatch } from '../../support/sqs.ts'
import { aGroupGiven, aLaunchConfiguration, aTemplateVersion } from '../../support/templates.ts'

const policy = parsePolicy('version: 1\nrules: { incompatible-template: { mode: observe } }', 'policy.yaml')

// No image is known in these worlds, so each template is UNKNOWN, and its finding names its resource.
const listAlerted = async (events: readonly Json[]): Promise<readonly string[]> => {
  const stage = aStage({ fleet: [], policy })
  for (const event of events) {
    await stage.report(event)
    await stage.report(event)
  }
  return stage.alerts().flatMap(({ findings = [] }) => findings.map(({ resource }) => resource.id))
}

const FIRST = '11111111-0000-4000-8000-000000000001'
const SECOND = '11111111-0000-4000-8000-000000000002'
const NEXT_DAY = '2026-11-25T08:00:00Z'

test('a launch configuration that is made again under its name is alerted again, and one event once', async () => {
  const events = [
    aLaunchConfiguration({}, { eventID: FIRST }),
    aLaunchConfiguration({ instanceType: 'm6g.large' }, { eventID: SECOND, eventTime: NEXT_DAY }),
  ]
  expect(await listAlerted(events)).toEqual([
    `launchConfigurationName/web-1:${FIRST}`,
    `launchConfigurationName/web-1:${SECOND}`,
  ])
})

test('a group that is made again under its name is alerted again, and one event once', async () => {
  const events = [FIRST, SECOND].map(eventID =>
    aGroupGiven({ launchConfigurationName: 'old' }, 'CreateAutoScalingGroup', { eventID }),
  )
  expect(await listAlerted(events)).toHaveLength(2)
})

test('a change of a group that is repeated is alerted once a day', async () => {
  const change = (eventID: string, time?: string) =>
    aGroupGiven({ launchConfigurationName: 'old' }, 'UpdateAutoScalingGroup', { eventID, ...(time && { time }) })
  const third = '11111111-0000-4000-8000-000000000003'
  expect(await listAlerted([change(FIRST), change(SECOND), change(third, NEXT_DAY)])).toHaveLength(2)
})

test.each(['lt-0abc:4', 'i-0123456789abcdef0', 'ami-0123456789abcdef0', 'heard', 'digest'])(
  'a launch configuration or a group called %s has no row of anything else',
  async name => {
    const alerted = await listAlerted([
      aLaunchConfiguration({ launchConfigurationName: name }),
      aGroupGiven({ autoScalingGroupName: name, launchTemplate: 'x' }),
      anEnvelope(aTemplateVersion()),
    ])
    expect(alerted).toHaveLength(3)
    expect(alerted.filter(id => id.startsWith(name))).toEqual(name === 'lt-0abc:4' ? [name] : [])
  },
)

test('a version whose answer CloudTrail left out is evaluated, and is no unreadable event', async () => {
  const { ports, published, counted } = somePorts({ policy })
  const record = JSON.stringify(anEnvelope(aTemplateVersion({ answer: null })))
  expect(await processBatch(aBatch([record]), ports)).toEqual({ batchItemFailures: [] })
  expect(counted).not.toContain('UnreadableEvents')
  expect(published.map(({ Message }) => JSON.parse(JSON.parse(Message).default).findings[0].message)).toEqual([
    expect.stringMatching(/^Cannot say for Launch template lt-0abc \(a new version\): /),
  ])
})
