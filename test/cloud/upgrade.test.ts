// A cloud of its own, on which the stack of commit 3b5af4c is upgraded with findings in its ledger, a promised stop, and
// messages in its queues.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { parse } from 'yaml'
import { type Cloud, createCalls, startCloud } from '../../local/cloud.ts'
import { createStack, type Deployed, updateStack } from '../../local/deploy.ts'
import { countDeadLetters, countMessages, listQueues } from '../../local/queues.ts'
import { listenToBus } from './channel-cloud.ts'
import { virtguard } from './cli.ts'
import { describeCloud, type TestCloud, theCloud } from './cloud.ts'
import { packageStack, upload } from './packaged.ts'
import { type Stage, stageOn } from './stage.ts'
import { idsOf, launchIdOf, stopStage } from './stop-stage.ts'
import { type Launches, letFunctionsTake, oldPackage, POLICY, putBack } from './upgrade/recorded.ts'

jest.setTimeout(240_000)

const SETTINGS = `version: 1
policy: ${POLICY}
addresses: [user@example.com]
`

/** What holds findings, messages, promised stops and logs, and the key without which topics hold nothing. */
const STATEFUL = [
  'AWS::DynamoDB::Table',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::Scheduler::ScheduleGroup',
]

const statefulOf = ({ list }: Deployed) =>
  Object.fromEntries(
    list
      .filter(({ ResourceType = '' }) => STATEFUL.includes(ResourceType))
      .map(({ LogicalResourceId, PhysicalResourceId }) => [LogicalResourceId, PhysicalResourceId]),
  )

const launchEach = async ({ launch }: Stage): Promise<Launches> => ({
  alerted: await launch('pv'),
  pending: await launch('pv'),
  unread: await launch('pv'),
  dead: await launch('pv'),
})

describeCloud('an upgrade of the stack of commit 3b5af4c', () => {
  let own: Cloud
  let before: Deployed
  let cloud: TestCloud
  let stage: Stage
  let stops: ReturnType<typeof stopStage>
  let launches: Launches
  let bus: Awaited<ReturnType<typeof listenToBus>>

  beforeAll(async () => {
    const { python } = theCloud()
    let present = {}
    own = await startCloud({
      python,
      email: 'user@example.com',
      say: () => undefined,
      prepare: async folder => {
        present = await packageStack(folder, SETTINGS)
        return async clients => createStack(clients, 'Virtguard', await upload(clients, oldPackage))
      },
    })
    before = own.stack
    const old = { ...own, python, calls: () => createCalls(own.folder) }
    await letFunctionsTake(old, false)
    stage = await stageOn(old)
    bus = await listenToBus(old)
    launches = await launchEach(stage)
    await putBack(launches, old)
    const stack = await updateStack(own.clients, 'Virtguard', await upload(own.clients, present))
    cloud = { ...old, stack }
    stops = stopStage(cloud, stage)
    await letFunctionsTake(cloud, true)
    await stops.settle()
  })
  afterAll(() => own?.stop())

  test('keeps ledger, queues, topics, schedule groups, key and logs: each is the same resource', () => {
    expect(Object.keys(statefulOf(before)).length).toBeGreaterThan(20)
    expect(statefulOf(cloud.stack)).toMatchObject(statefulOf(before))
  })

  test('lets findings read what the old functions had written', async () => {
    const { code, out } = await virtguard(cloud, ['findings', '--format', 'ndjson'])
    expect(code).toBe(0)
    const read = out.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line)]))
    const [id] = idsOf(launches.alerted)
    const found = read.filter(({ finding }) => finding.resource.id === id)
    expect(found.map(({ finding, state }) => [finding.rule, state]).sort()).toEqual([
      ['incompatible-image', 'ALERTED'],
      ['paravirtual-instance', expect.stringMatching(/^DEFERRED|STOPPED$/)],
    ])
    // The words of the old version, as it wrote them.
    expect(found[0].history.map(({ why }: { why: string }) => why)).toContainEqual(
      expect.stringContaining('SNS has taken the alert'),
    )
  })

  test('confirms the alert that had gone out and was not confirmed, without another', async () => {
    const rows = await stage.rows(launches.pending.answer)
    expect(rows.map(({ rule, history }) => [rule, history.slice(0, 2).map(({ state }) => state)])).toEqual([
      ['incompatible-image', ['NEW', 'ALERTED']],
      ['paravirtual-instance', ['NEW', 'DEFERRED']],
    ])
    expect(await stage.told('finding', 1, { launchId: launchIdOf(launches.pending), seconds: 1 })).toEqual([])
  })

  test('sends the alert that waited for a channel once', async () => {
    const events = (await bus()).map(({ body }) => JSON.parse(body).detail)
    const ofPending = events.filter(({ alertId }) => alertId.endsWith(`/${launchIdOf(launches.pending)}`))
    expect(ofPending.map(({ finding }) => finding.rule).sort()).toEqual(['incompatible-image', 'paravirtual-instance'])
  })

  test('evaluates the launch that waited, and alerts it once', async () => {
    expect(await stage.told('finding', 1, { launchId: launchIdOf(launches.unread) })).toHaveLength(1)
  })

  test('keeps the policy that was applied: it is in force', async () => {
    const { code, out } = await virtguard(cloud, ['policy', 'show'])
    expect(code).toBe(0)
    const { rules } = parse(out)
    expect(rules['incompatible-image'].mode).toBe('off')
    // Nobody knew this rule when the policy was applied.
    expect(rules['incompatible-template'].mode).toBe('off')
    // Deployed is one in which that rule observes.
    const found = await stage.rows(launches.unread.answer)
    expect(found.map(({ rule }) => rule)).toEqual(['paravirtual-instance'])
  })

  test('redrives the launch that was a dead letter, and alerts it once', async () => {
    expect(await countMessages(cloud.stack.outputs['FailedLaunchesQueueUrl'] ?? '', cloud.clients)).toBe(1)
    const { code, out } = await virtguard(cloud, ['redrive', 'FailedLaunches'])
    expect([code, out]).toEqual([0, expect.stringContaining('FailedLaunches → Launches: 1 message')])
    expect(await stage.told('finding', 1, { launchId: launchIdOf(launches.dead) })).toHaveLength(1)
  })

  test('makes the stop that was promised before it, once, and alerts it', async () => {
    const ids = idsOf(launches.alerted)
    expect(await stage.told('outcome', 1, { launchId: launchIdOf(launches.alerted), seconds: 90 })).toHaveLength(1)
    await stops.settle()
    expect(await stops.states(ids)).toEqual(['stopped'])
    expect(stops.asked(ids)).toEqual(ids)
    const [row] = await stops.ledger(launches.alerted)
    expect(row?.history.map(({ state }) => state)).toEqual(['NEW', 'DEFERRED', 'STOPPED'])
  })

  test('leaves nothing behind: no queue has a message, and each launch was alerted once', async () => {
    const { work, parked } = listQueues(cloud)
    const waiting = await Promise.all([...work, ...parked].map(url => countDeadLetters(url, cloud.clients)))
    expect(waiting.filter(count => count > 0)).toEqual([])
    for (const name of ['unread', 'dead'] as const)
      expect(await stage.told('finding', 1, { launchId: launchIdOf(launches[name]), seconds: 1 })).toHaveLength(1)
  })
})
