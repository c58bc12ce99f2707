import { readdirSync, readFileSync } from 'node:fs'
import { get } from 'node:http'
import { GetTopicAttributesCommand, ListTopicsCommand } from '@aws-sdk/client-sns'
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { listQueues } from '../../local/queues.ts'
import { describeCloud, type TestCloud, theCloud } from './cloud.ts'
import { linkOf, processesIn } from './processes.ts'

describeCloud('the way to the local cloud', () => {
  let cloud: TestCloud
  beforeAll(() => {
    cloud = theCloud()
  })

  test('the emulators refuse calls without TLS', async () => {
    for (const url of [cloud.endpoints.aws, cloud.endpoints.ec2]) {
      const answer = new Promise<number | undefined>((resolve, reject) => {
        get(url.replace('https:', 'http:'), response => resolve(response.statusCode)).on('error', reject)
      })
      await expect(answer).rejects.toThrow(/hang up|ECONNRESET|Parse Error/)
    }
  })

  test('every queue and topic of the stack refuses calls without TLS', async () => {
    const { work, parked } = listQueues(cloud)
    const topics = (await cloud.clients.sns.send(new ListTopicsCommand({}))).Topics ?? []
    expect([...work, ...parked, ...topics]).toHaveLength(12)
    const policies = [
      ...[...work, ...parked].map(async QueueUrl => {
        const request = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Policy'] })
        return (await cloud.clients.sqs.send(request)).Attributes?.['Policy']
      }),
      ...topics.map(async ({ TopicArn }) => {
        const request = new GetTopicAttributesCommand({ TopicArn })
        return (await cloud.clients.sns.send(request)).Attributes?.['Policy']
      }),
    ]
    for (const policy of await Promise.all(policies)) {
      const statements: readonly object[] = JSON.parse(policy ?? '').Statement
      const noTls = { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }
      expect(statements).toContainEqual(expect.objectContaining(noTls))
    }
  })

  // Elsewhere there is no /proc to look into.
  const onLinux = process.platform === 'linux' ? describe : describe.skip
  onLinux('its processes', () => {
    test('the emulators listen on loopback only', () => {
      const sockets = new Set(processesIn(cloud.folder).flatMap(socketsOf))
      const addresses = listening()
        .filter(({ socket }) => sockets.has(socket))
        .map(({ address }) => address)
      expect(addresses.length).toBeGreaterThanOrEqual(2)
      expect([...new Set(addresses)]).toEqual(['0100007F'])
    })

    test('the emulators get nothing of the surrounding shell that leads to real AWS', () => {
      const processes = processesIn(cloud.folder)
      expect(processes.length).toBeGreaterThanOrEqual(2)
      for (const pid of processes) {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
        expect(environment).not.toMatch(/hostile|999999999999/i)
        expect(environment).toContain('AWS_EC2_METADATA_DISABLED=true')
      }
    })
  })
})

const socketsOf = (pid: string): readonly string[] =>
  readdirSync(`/proc/${pid}/fd`)
    .map(fd => /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1] ?? '')
    .filter(socket => socket !== '')

const LISTEN = '0A'

function listening(): readonly { readonly address: string; readonly socket: string }[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap(table =>
    readFileSync(table, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map(line => line.trim().split(/\s+/))
      .filter(fields => fields[3] === LISTEN)
      .map(fields => ({ address: fields[1]?.split(':')[0] ?? '', socket: fields[9] ?? '' })),
  )
}
