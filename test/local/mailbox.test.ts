import { expect, test } from '@jest/globals'
import { createMailbox } from '../../local/mailbox.ts'
import type { Delivered } from '../../local/subscriber.ts'

test('messages that are not asked for are kept, in their order', async () => {
  const alerts = ['finding', 'outcome', 'finding', 'outcome'].map((kind, at) => ({ subject: `${at}`, alert: { kind } }))
  const arrivals = [alerts.slice(0, 3), alerts.slice(3)]
  const next = async () => (arrivals.shift() ?? []) as unknown as readonly Delivered[]
  const mailbox = createMailbox({ next })
  const subjects = async (kind: 'finding' | 'outcome') => (await mailbox.next(kind)).map(({ subject }) => subject)
  expect(await subjects('finding')).toEqual(['0', '2'])
  expect(await subjects('finding')).toEqual([])
  expect(await subjects('outcome')).toEqual(['1', '3'])
  expect(await subjects('outcome')).toEqual([])
})
