// A stack with a channel of each type, and a Slack that fails half the time.
import { createHmac } from 'node:crypto'
import { DeleteScheduleCommand, GetScheduleCommand, ListSchedulesCommand } from '@aws-sdk/client-scheduler'
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { paginateGetFindings } from '@aws-sdk/client-securityhub'
import { PublishCommand } from '@aws-sdk/client-sns'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { buildQueueUrl } from '../../local/carry.ts'
import { waitUntilSettled } from '../../local/queues.ts'
import { launchRecord } from '../../local/trail.ts'
import type { Alert } from '../../shared/alert/alert.ts'
import { buildOutcomeAlerts } from '../../shared/alert/outcome.ts'
import { renderSnsMessage } from '../../shared/alert/render-alert.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import type { Behaviour, Request } from '../support/slack-server.ts'
import { type ChannelCloud, isOfApp, KEY, listeners, startChannelCloud, TOKEN, takeAll } from './channel-cloud.ts'
import { virtguard } from './cli.ts'
import { describeCloud } from './cloud.ts'
import { type Launched, type Stage, stageOn } from './stage.ts'
import { idsOf, launchIdOf } from './stop-stage.ts'

jest.setTimeout(600_000)

/** Each instance fails two rules: a thousand findings. */
const LAUNCHES = 20
const INSTANCES = 25
const RULES = ['incompatible-image', 'paravirtual-instance']

/** Half of the app's requests fail, each time in another way. */
const FAILURES: readonly Behaviour[] = [
  { kind: 'later', seconds: 2 },
  { kind: 'broken' },
  { kind: 'later', seconds: 1 },
  { kind: 'reset', taken: true },
  { kind: 'later', seconds: 3 },
  { kind: 'reset', taken: false },
  { kind: 'later', seconds: 1 },
  { kind: 'silent', taken: false },
]

const DICE = 'oxxoxooxxoxxoooxoxxoxoox'

let nthOfApp = 0
let failures = 0
let token = TOKEN
let archived = false

const behave = (request: Request): Behaviour => {
  if (!isOfApp(request)) return archived ? { kind: 'refused', error: 'channel_is_archived' } : { kind: 'ok' }
  if (request.headers.authorization !== `Bearer ${token}`) return { kind: 'refused', error: 'invalid_auth' }
  nthOfApp += 1
  // The same in every run, and without a rhythm that a message could fall into.
  if (DICE[nthOfApp % DICE.length] === 'o') return { kind: 'ok' }
  failures += 1
  return FAILURES[failures % FAILURES.length] ?? { kind: 'ok' }
}

describeCloud('the channels of a deployed stack', () => {
  let world: ChannelCloud
  let stage: Stage
  let hear: Awaited<ReturnType<typeof listeners>>

  beforeAll(async () => {
    world = await startChannelCloud({ behave })
    stage = await stageOn(world.cloud)
    hear = await listeners(world.cloud)
  }, 180_000)
  afterAll(() => world?.stop())

  const launchMany = async (count: number): Promise<readonly Launched[]> => {
    const launched: Launched[] = []
    for (let nth = 0; nth < count; nth += 1) launched.push(await stage.launch('pv', INSTANCES))
    await Promise.all(launched.map(one => stage.report(launchRecord(one.wish, one.answer))))
    return launched
  }

  /** Waits until it holds. */
  const until = async (holds: () => boolean | Promise<boolean>, seconds = 180): Promise<void> => {
    const end = Date.now() + seconds * 1000
    while (!(await holds()) && Date.now() < end) await new Promise(resolve => setTimeout(resolve, 250))
  }

  const isAbout = ({ text, body }: Pick<Request, 'text' | 'body'>, one: Launched): boolean => {
    const said = `${text} ${JSON.stringify(body)}`
    return said.includes(launchIdOf(one)) || idsOf(one).some(id => said.includes(id))
  }

  const tellings = (id: string, at: string) =>
    world.slack.taken.filter(
      ({ path, text, body }) => path.startsWith(at) && `${text} ${JSON.stringify(body)}`.includes(id),
    )

  const undelivered = (channel: string) =>
    takeAll(world.cloud.clients.sqs, world.cloud.stack.outputs[`Undelivered${channel}QueueUrl`] ?? '')

  const inHub = async (): Promise<readonly string[]> => {
    const ids: string[] = []
    for await (const { Findings = [] } of paginateGetFindings({ client: world.cloud.clients.securityHub }, {}))
      ids.push(...Findings.map(({ Id = '' }) => Id))
    return ids
  }

  const onBus = async (): Promise<readonly Finding[]> =>
    (await hear.bus()).map(({ body }) => JSON.parse(body).detail.finding)

  const names = (findings: readonly Finding[]): readonly string[] =>
    findings.map(({ rule, resource }) => `${rule} ${resource.id}`).toSorted()

  test('every launch of a thousand findings arrives in every channel, and again only after an answer that was lost', async () => {
    const launched = await launchMany(LAUNCHES)
    // A message names the instances, or, one for many launches, the launch.
    const alerted = (one: Launched, at: string) =>
      world.slack.taken.filter(request => request.path.startsWith(at) && isAbout(request, one))
    const isUntold = (at: string) => launched.filter(one => alerted(one, at).length === 0).map(launchIdOf)
    const PATHS = ['/api/', '/services/hook', '/workflows/teams', '/siem']
    await until(() => PATHS.every(at => isUntold(at).length === 0))
    expect(await waitUntilSettled(world.cloud, 300)).toBe(true)
    for (const at of PATHS) expect([at, ...isUntold(at)]).toEqual([at])
    for (const at of PATHS.slice(1)) expect(launched.filter(one => alerted(one, at).length > 1)).toEqual([])
    const lost = (one: Launched) => world.slack.lost.filter(request => isAbout(request, one)).length
    expect(launched.filter(one => alerted(one, '/api/').length > 1 + lost(one))).toEqual([])
    const chat = (await hear.chat()).map(({ body }) => body)
    expect(launched.filter(one => !chat.some(body => isAbout({ text: body, body: {} }, one))).map(launchIdOf)).toEqual(
      [],
    )
    const findings = await onBus()
    expect(names(findings)).toEqual(
      launched
        .flatMap(idsOf)
        .flatMap(id => RULES.map(rule => `${rule} ${id}`))
        .toSorted(),
    )
    const hub = await inHub()
    expect(findings.filter(({ id }) => !hub.some(one => one.includes(id)))).toEqual([])
  })

  test('a launch with more findings than an alert takes reaches programs whole', async () => {
    const launched = await stage.launch('pv', 150)
    await stage.report(launchRecord(launched.wish, launched.answer))
    const [id = ''] = idsOf(launched)
    await until(() => tellings(id, '/siem').length > 0, 60)
    expect(await waitUntilSettled(world.cloud, 150)).toBe(true)
    const { alerts }: { alerts: readonly Alert[] } = JSON.parse(tellings(id, '/siem')[0]?.text ?? '')
    const [alert] = alerts
    expect(alert?.omitted).toBeGreaterThan(0)
    const alerted = alert?.told.flatMap(({ rules, resources }) =>
      resources.flatMap(resource => rules.map(rule => `${rule} ${resource}`)),
    )
    expect(new Set(alerted?.map(one => one.split(' ')[1]))).toEqual(new Set(idsOf(launched)))
    const findings = await onBus()
    expect(names(findings)).toEqual(alerted?.toSorted())
    const hub = await inHub()
    expect(findings.filter(({ id }) => !hub.some(one => one.includes(id)))).toEqual([])
  })

  test('Slack is sent one message a second at most, and none before the time that it asked for', () => {
    const arrivals = world.slack.arrivals.filter(({ request }) => isOfApp(request))
    const gaps = arrivals.slice(1).map(({ at }, index) => at - (arrivals[index]?.at ?? 0))
    // A busy machine hands over one late, and the next in time. The exact times are tested on a clock that stands still.
    expect(gaps.filter(gap => gap < 500)).toEqual([])
    const sums = gaps
      .slice(3)
      .map((gap, index) => gap + gaps.slice(index, index + 3).reduce((sum, one) => sum + one, 0))
    expect(sums.filter(sum => sum < 3_500)).toEqual([])
    expect(arrivals.length).toBeGreaterThan(3)
  })

  test('an outcome of a stop is a reply to the message that alerted the instance', async () => {
    const [first] = world.slack.taken.filter(({ path }) => path === '/siem')
    const { alerts }: { alerts: readonly Alert[] } = JSON.parse(first?.text ?? '')
    const [alerted] = alerts
    const [finding] = alerted?.findings ?? []
    if (alerted === undefined || finding === undefined) throw new Error('no alert')
    const { id } = finding.resource
    const now = new Date()
    const ended = { ...finding, outcome: { state: 'STOPPED', at: now.toISOString(), why: 'EC2 says so' } } as const
    const [alert] = buildOutcomeAlerts(alerted, [ended], { claimant: 'test', now })
    if (alert === undefined) throw new Error('no outcome')
    const before = [...tellings(id, '/api/'), ...tellings(alerted.launchId, '/api/')]
    const message = renderSnsMessage({ ...alert, deliver: [{ channel: 'ops' }] })
    const TopicArn = world.cloud.stack.outputs['AlertsTopicArn']
    await world.cloud.clients.sns.send(new PublishCommand({ TopicArn, ...message }))
    const replies = () => tellings(id, '/api/').filter(one => !before.includes(one))
    await until(() => replies().length > 0, 60)
    const [reply] = replies()
    expect(before.map(({ ts }) => ts)).toContain(reply?.thread)
  })

  test('the request to a webhook is signed with its key', () => {
    const requests = world.slack.taken.filter(({ path }) => path === '/siem')
    for (const { headers, text } of requests) {
      const timestamp = String(headers['x-virtguard-timestamp'])
      const signature = createHmac('sha256', KEY).update(`${timestamp}.${text}`).digest('hex')
      expect(headers['x-virtguard-signature']).toBe(`v1=${signature}`)
    }
    expect(requests.length).toBeGreaterThan(0)
  })

  test('a scheduled delivery comes in one message at its time', async () => {
    const { scheduler, sqs } = world.cloud.clients
    expect(world.slack.taken.filter(({ path }) => path === '/services/night')).toEqual([])
    const group = { GroupName: 'virtguard-held' }
    const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand(group))
    expect(Schedules).toHaveLength(2)
    for (const { Name } of Schedules) {
      const { Target } = await scheduler.send(new GetScheduleCommand({ ...group, Name }))
      await scheduler.send(new DeleteScheduleCommand({ ...group, Name }))
      await sqs.send(new SendMessageCommand({ QueueUrl: buildQueueUrl(Target?.Arn ?? ''), MessageBody: Target?.Input }))
    }
    const night = () => world.slack.taken.filter(({ path }) => path === '/services/night')
    const mails = () =>
      world.cloud
        .calls()
        .filter(({ action, request }) => action === 'Publish' && Object.values(request).includes('["mail"]'))
    await until(() => night().length > 0 && mails().length > 0, 30)
    expect(await waitUntilSettled(world.cloud, 150)).toBe(true)
    expect(night()).toHaveLength(1)
    expect(mails()).toHaveLength(1)
  })

  test('a message that a channel refuses for good lies in its dead-letter queue, with the reason', async () => {
    archived = true
    const [launched] = await launchMany(1)
    const [id = ''] = launched === undefined ? [] : idsOf(launched)
    const deadLettered: { body: string; reason: string | undefined }[] = []
    await until(async () => {
      deadLettered.push(...(await undelivered('Hook')))
      return deadLettered.length > 0
    }, 30)
    archived = false
    expect(deadLettered).toHaveLength(1)
    expect(deadLettered[0]?.body).toContain(id)
    expect(deadLettered[0]?.reason).toBe('HTTP 410: channel_is_archived')
    expect(await undelivered('Ops')).toEqual([])
  })

  test('a token that is rotated is in use at once, without a deployment', async () => {
    token = 'xoxb-second-token'
    await world.cloud.clients.secrets.send(new PutSecretValueCommand({ SecretId: 'slack-bot', SecretString: token }))
    const [launched] = await launchMany(1)
    const [id = ''] = launched === undefined ? [] : idsOf(launched)
    await until(() => tellings(id, '/api/').length > 0, 60)
    expect(tellings(id, '/api/').length).toBeGreaterThan(0)
    expect(await undelivered('Ops')).toEqual([])
  })

  test('virtguard notify test says whether a message arrives', async () => {
    const hook = await virtguard(world.cloud, ['notify', 'test', 'hook', '--region', 'us-east-1'])
    expect(hook).toMatchObject({ code: 0, out: 'hook: arrived; the webhook answered HTTP 200: ok\n' })
    archived = true
    const refused = await virtguard(world.cloud, ['notify', 'test', 'hook', '--region', 'us-east-1'])
    archived = false
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('hook: did not arrive; HTTP 410: channel_is_archived; ')
    for (const channel of ['hub', 'bus', 'chat', 'mail', 'siem', 'teams']) {
      const ran = await virtguard(world.cloud, ['notify', 'test', channel, '--region', 'us-east-1'])
      expect(ran).toMatchObject({ code: 0, err: '' })
    }
  })
})
