import { DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Settings } from '../../../shared/aws/direct/settings.ts'
import { signRequest } from '../../../shared/aws/direct/sign.ts'

type Sent = { readonly headers: Record<string, string>; readonly body: string }

const CREDENTIALS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }

/** Settings for an SDK client that sends nowhere, and what it would have sent. */
const recorder = (sessionToken: string | undefined) => {
  const sent: Sent[] = []
  const handle = async ({ headers, body }: { headers: Sent['headers']; body: string | Uint8Array }) => {
    sent.push({ headers, body: typeof body === 'string' ? body : new TextDecoder().decode(body) })
    return { response: { statusCode: 200, headers: {}, body: new Blob(['{}']).stream() } }
  }
  const credentials = { ...CREDENTIALS, ...(sessionToken !== undefined && { sessionToken }) }
  return { sent, settings: { region: 'eu-central-1', credentials, requestHandler: { handle } } }
}

/** Signs what the SDK signed, at the moment when it did. */
const signedAgain = (service: string, { headers, body }: Sent, sessionToken: string | undefined) => {
  const { host = '', authorization, 'x-amz-date': date = '', ...rest } = headers
  const names = /SignedHeaders=([^,]+)/.exec(authorization ?? '')?.[1]?.split(';') ?? []
  const also = Object.entries(rest).filter(([name]) => names.includes(name) && name !== 'x-amz-security-token')
  const now = new Date(date.replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5'))
  const settings: Settings = {
    ...CREDENTIALS,
    ...(sessionToken !== undefined && { sessionToken }),
    service,
    region: 'eu-central-1',
    url: new URL(`https://${host}`),
    traceId: () => undefined,
  }
  return signRequest(settings, { headers: Object.fromEntries(also), body, now })['authorization']
}

describe('the signature of a direct call', () => {
  const texts = fc.string({ unit: 'grapheme', minLength: 1 })
  const tokens = fc.option(fc.base64String({ minLength: 4 }), { nil: undefined })

  test('is that of the SDK for the same DynamoDB request', () =>
    fc.assert(
      fc.asyncProperty(texts, tokens, async (text, token) => {
        const { sent, settings } = recorder(token)
        const Put = { TableName: 'ledger', Item: { pk: { S: text } } }
        await new DynamoDBClient(settings).send(new TransactWriteItemsCommand({ TransactItems: [{ Put }] }))
        for (const request of sent)
          expect(signedAgain('dynamodb', request, token)).toBe(request.headers['authorization'])
        expect(sent).toHaveLength(1)
      }),
      { numRuns: 25 },
    ))

  test('is that of the SDK for the same SNS request', () =>
    fc.assert(
      fc.asyncProperty(texts, tokens, async (Message, token) => {
        const { sent, settings } = recorder(token)
        const TopicArn = 'arn:aws:sns:eu-central-1:123456789012:Alerts'
        await new SNSClient(settings).send(new PublishCommand({ TopicArn, Message })).catch(() => undefined)
        for (const request of sent) expect(signedAgain('sns', request, token)).toBe(request.headers['authorization'])
        expect(sent.length).toBeGreaterThan(0)
      }),
      { numRuns: 25 },
    ))
})
