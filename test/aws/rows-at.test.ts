import { BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { toItem } from '../../shared/aws/ledger/items.ts'
import { queryRowsAt } from '../../shared/aws/ledger/rows.ts'
import { createRow } from '../../shared/ledger/claim.ts'
import { placeOf } from '../../shared/ledger/row.ts'
import { aFinding, CLAIMANT, instanceIds } from '../support/findings.ts'

const client = new DynamoDBClient({ region: 'us-east-1' })
const mock = mockClient(client)
const ledger = { client, table: 'ledger' }

const rows = instanceIds(250).map(on => createRow(aFinding({ on }), { ...CLAIMANT, launchId: 'r-1' }))
const items = new Map(rows.map(row => [row.pk, toItem(row)]))
const places = rows.map(placeOf)

type Keys = NonNullable<ConstructorParameters<typeof BatchGetItemCommand>[0]['RequestItems']>

const asked = () =>
  mock.commandCalls(BatchGetItemCommand).map(({ args }) => args[0].input.RequestItems?.['ledger']?.Keys)

/** Answers the first of what it is asked for, and leaves the rest. */
const answering =
  (most: number) =>
  ({ RequestItems }: { RequestItems: Keys }) => {
    const keys = RequestItems['ledger']?.Keys ?? []
    return {
      Responses: {
        ledger: keys
          .slice(0, most)
          .map(({ pk }) => items.get(pk?.S ?? ''))
          .filter(item => item !== undefined),
      },
      UnprocessedKeys: keys.length > most ? { ledger: { Keys: keys.slice(most) } } : {},
    }
  }

describe('the rows of the ledger for findings', () => {
  beforeEach(() => {
    mock.reset()
    mock.onAnyCommand().rejects(new Error('unexpected call'))
  })

  test('are read a hundred at once', async () => {
    mock.on(BatchGetItemCommand).callsFake(answering(100))
    expect(await queryRowsAt(ledger, places)).toEqual(rows)
    expect(asked().map(keys => keys?.length)).toEqual([100, 100, 50])
  })

  test('are asked for again if DynamoDB left some unread', async () => {
    mock.on(BatchGetItemCommand).callsFake(answering(30))
    expect(await queryRowsAt(ledger, places.slice(0, 100))).toEqual(rows.slice(0, 100))
    expect(asked().map(keys => keys?.length)).toEqual([100, 70, 40, 10])
  })

  test('are given up if DynamoDB leaves them unread again and again: the message is delivered again', async () => {
    mock.on(BatchGetItemCommand).callsFake(answering(0))
    await expect(queryRowsAt(ledger, places.slice(0, 3))).rejects.toThrow(
      'DynamoDB did not read 3 rows of 3 in 10 calls',
    )
  })

  test('do not include rows that are missing', async () => {
    mock.on(BatchGetItemCommand).callsFake(answering(100))
    const unknown = { accountId: '123456789012', region: 'us-east-1', resourceId: 'i-unknown', rule: 'ena-disabled' }
    expect(await queryRowsAt(ledger, [unknown])).toEqual([])
    expect(await queryRowsAt(ledger, [])).toEqual([])
    expect(asked()).toHaveLength(1)
  })
})
