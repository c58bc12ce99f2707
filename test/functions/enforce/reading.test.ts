import { expect, test } from '@jest/globals'
import { readOrDeny } from '../../../functions/enforce/reading.ts'

const failing = (name: string) => () => Promise.reject(Object.assign(new Error('not authorized'), { name }))

test('a read that EC2 answers has its value', async () => {
  expect(await readOrDeny(async () => ['ami-1'])).toEqual({ ok: true, facts: ['ami-1'] })
})

test('a read that is denied is an answer, with the reason, and the facts stay unknown', async () => {
  expect(await readOrDeny(failing('UnauthorizedOperation'))).toEqual({
    ok: false,
    why: 'UnauthorizedOperation: not authorized',
  })
})

test.each(['RequestLimitExceeded', 'InvalidInstanceID.NotFound', 'IncorrectInstanceState'])(
  'a read that fails with %s is thrown, and the message is delivered again',
  async name => {
    await expect(readOrDeny(failing(name))).rejects.toMatchObject({ name })
  },
)
