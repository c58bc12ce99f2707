import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { beforeEach, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { readSecret } from '../../shared/aws/secrets.ts'

const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:slack-AbCdEf'
const client = new SecretsManagerClient({ region: 'us-east-1' })
const mock = mockClient(client)
let now = 0
let text = 'one'

beforeEach(() => {
  now = 0
  text = 'one'
  mock.reset()
  mock.onAnyCommand().rejects(new Error('unexpected call'))
  mock.on(GetSecretValueCommand, { SecretId: ARN }).callsFake(() => ({ SecretString: text }))
})

const reads = () => mock.commandCalls(GetSecretValueCommand).length

test('a secret is read once in five minutes, and a rotated one is in use after that', async () => {
  const secret = readSecret(client, ARN, () => new Date(now))
  expect(reads()).toBe(0)
  expect([await secret(), await secret()]).toEqual(['one', 'one'])
  text = 'two'
  now = 299_999
  expect(await secret()).toBe('one')
  expect(reads()).toBe(1)
  now = 300_000
  expect(await secret()).toBe('two')
  expect(reads()).toBe(2)
})

test('a secret is read at once if a fresh one is asked for', async () => {
  const secret = readSecret(client, ARN, () => new Date(now))
  await secret()
  text = 'two'
  expect(await secret({ fresh: true })).toBe('two')
  expect(await secret()).toBe('two')
  expect(reads()).toBe(2)
})

test('a secret that cannot be read is not remembered, and one without text is reported without its value', async () => {
  const secret = readSecret(client, ARN, () => new Date(now))
  mock
    .on(GetSecretValueCommand)
    .rejectsOnce(new Error('denied'))
    .resolvesOnce({ SecretBinary: new Uint8Array([7]) })
    .resolves({ SecretString: 'x' })
  await expect(secret()).rejects.toThrow('denied')
  await expect(secret()).rejects.toThrow(`the secret ${ARN} holds no text`)
  expect(await secret()).toBe('x')
})
