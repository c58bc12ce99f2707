import { Agent, createServer, type Server } from 'node:https'
import { DynamoDBClient, GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import { DescribeInstancesCommand, EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2'
import { IAMClient, ListAccountAliasesCommand } from '@aws-sdk/client-iam'
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Answer, answerQuestion } from '../../../bench/stub/answers.ts'
import { makeCertificate } from '../../../bench/stub/certificate.ts'

const { key, certificate } = makeCertificate(new Date())
const asked: Answer[] = []
let server: Server
let options: {
  region: string
  endpoint: string
  credentials: { accessKeyId: string; secretAccessKey: string }
  maxAttempts: number
  requestHandler: { httpsAgent: Agent }
}

beforeAll(async () => {
  server = createServer({ key, cert: certificate }, (request, response) => {
    let body = ''
    request.on('data', chunk => {
      body += chunk
    })
    request.on('end', () => {
      const target = request.headers['x-amz-target']
      const said = answerQuestion({ target: typeof target === 'string' ? target : undefined, body })
      asked.push(said)
      response.writeHead(said.status, said.headers).end(said.body)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  options = {
    region: 'us-east-1',
    endpoint: `https://localhost:${address.port}`,
    credentials: { accessKeyId: 'AKIABENCH', secretAccessKey: 'bench' },
    maxAttempts: 1,
    requestHandler: { httpsAgent: new Agent({ ca: certificate }) },
  }
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const put = { Put: { TableName: 'Ledger', Item: { pk: { S: 'a' } } } }

describe('the stub, over TLS with its own certificate, as the SDK reads it,', () => {
  test('returns an instance with the facts that the benchmark launches it with', async () => {
    const ids = ['i-0bad0000000000001', 'i-0a0a0000000000001']
    const { Reservations } = await new EC2Client(options).send(new DescribeInstancesCommand({ InstanceIds: ids }))
    const instances = Reservations?.flatMap(({ Instances }) => Instances ?? []) ?? []
    expect(
      instances.map(({ InstanceId, VirtualizationType, EnaSupport }) => [InstanceId, VirtualizationType, EnaSupport]),
    ).toEqual([
      ['i-0bad0000000000001', 'paravirtual', false],
      ['i-0a0a0000000000001', 'hvm', true],
    ])
    expect(instances[0]).toMatchObject({ State: { Name: 'running' }, RootDeviceType: 'ebs', Tags: { length: 3 } })
  })

  test('answers the other calls as AWS does', async () => {
    const topic = { TopicArn: 'arn:aws:sns:us-east-1:123456789012:Alerts', Message: 'hello' }
    const published = await new SNSClient(options).send(new PublishCommand(topic))
    expect(published.MessageId).toMatch(/^[\da-f-]{36}$/)
    const stopped = await new EC2Client(options).send(
      new StopInstancesCommand({ InstanceIds: ['i-0bad0000000000001'] }),
    )
    expect(stopped.StoppingInstances?.[0]?.CurrentState?.Name).toBe('stopping')
    const aliases = await new IAMClient(options).send(new ListAccountAliasesCommand({}))
    expect(aliases.AccountAliases).toEqual(['example'])
    const written = await new DynamoDBClient(options).send(new TransactWriteItemsCommand({ TransactItems: [put] }))
    expect(written.$metadata.httpStatusCode).toBe(200)
    expect(asked.filter(({ unexpected }) => unexpected !== undefined)).toEqual([])
  })

  test('refuses and marks a call that nothing should need', async () => {
    const get = new GetItemCommand({ TableName: 'Ledger', Key: { pk: { S: 'a' } } })
    await expect(new DynamoDBClient(options).send(get)).rejects.toThrow()
    expect(asked.at(-1)).toMatchObject({ action: 'GetItem', unexpected: 'a call that nobody should need' })
    await expect(new EC2Client(options).send(new DescribeInstancesCommand({}))).rejects.toThrow()
    expect(asked.at(-1)?.unexpected).toBe('not by instance id')
  })
})
