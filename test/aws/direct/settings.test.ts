import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SNSClient } from '@aws-sdk/client-sns'
import { describe, expect, test } from '@jest/globals'
import { readSettings } from '../../../shared/aws/direct/settings.ts'

const LAMBDA = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'example',
  AWS_SESSION_TOKEN: 'token',
}

const hostOf = (service: 'dynamodb' | 'sns', env: Record<string, string>) => readSettings(service, env)?.url.host

describe('the endpoint of a direct call', () => {
  test('comes from the environment of the function', () => {
    expect(readSettings('sns', LAMBDA)).toMatchObject({
      service: 'sns',
      region: 'eu-central-1',
      url: new URL('https://sns.eu-central-1.amazonaws.com/'),
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'example',
      sessionToken: 'token',
    })
  })

  // A wrong host would cost every alert a try in vain, so the SDK's own rules are asked.
  test.each([
    'us-east-1',
    'eu-central-1',
    'ap-southeast-5',
    'ca-west-1',
    'me-central-1',
    'af-south-1',
    'il-central-1',
    'mx-central-1',
    'sa-east-1',
    'cn-north-1',
    'us-gov-west-1',
    'us-gov-east-1',
    'us-iso-east-1',
    'us-isob-east-1',
    'eu-isoe-west-1',
    'eusc-de-east-1',
  ])('in %s is the one of the SDK, or is left to the SDK', region => {
    const parameters = { Region: region, UseDualStack: false, UseFIPS: false }
    const [dynamodb, sns] = [new DynamoDBClient({ region }), new SNSClient({ region })]
    const known = {
      dynamodb: dynamodb.config.endpointProvider(parameters, {}).url.host,
      sns: sns.config.endpointProvider(parameters, {}).url.host,
    }
    for (const service of ['dynamodb', 'sns'] as const) {
      const host = hostOf(service, { ...LAMBDA, AWS_REGION: region })
      if (/^(cn|us-gov|us-iso|us-isob|eu-isoe|eusc)-/.test(region)) expect(host).toBeUndefined()
      else expect(host).toBe(known[service])
    }
  })

  test('is the one that is set, that of the service first', () => {
    const all = { ...LAMBDA, AWS_ENDPOINT_URL: 'https://localhost:4566' }
    expect(hostOf('sns', all)).toBe('localhost:4566')
    expect(hostOf('sns', { ...all, AWS_ENDPOINT_URL_SNS: 'http://127.0.0.1:1234' })).toBe('127.0.0.1:1234')
    expect(hostOf('dynamodb', { ...all, AWS_ENDPOINT_URL_SNS: 'http://127.0.0.1:1234' })).toBe('localhost:4566')
    expect(hostOf('sns', { ...all, AWS_REGION: 'cn-north-1' })).toBe('localhost:4566')
  })

  test.each([
    [{ AWS_USE_FIPS_ENDPOINT: 'true' }],
    [{ AWS_USE_DUALSTACK_ENDPOINT: 'true' }],
    [{ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }],
    [{ AWS_ACCOUNT_ID: '123456789012' }],
    [{ AWS_ACCESS_KEY_ID: '' }],
    [{ AWS_SECRET_ACCESS_KEY: '' }],
    [{ AWS_REGION: '' }],
    [{ AWS_ENDPOINT_URL: 'not a URL' }],
    [{ AWS_ENDPOINT_URL: 'https://localhost/some/path' }],
    [{ AWS_ENDPOINT_URL: 'ftp://localhost' }],
  ])('is left to the SDK with %j', more => {
    expect(readSettings('dynamodb', { ...LAMBDA, ...more })).toBeUndefined()
    expect(readSettings('sns', { ...LAMBDA, ...more })).toBeUndefined()
  })
})
