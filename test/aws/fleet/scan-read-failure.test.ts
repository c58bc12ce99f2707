import { describe, expect, test } from '@jest/globals'
import type { ReadFailure } from '../../../shared/fleet/read-failure.ts'
import { pageXml } from '../../support/described.ts'
import { type Call, refusal, type Said } from '../../support/ec2-endpoint.ts'
import { page, scan, some, tokenOf, WHOLE } from '../../support/scanning.ts'

const DENIED =
  'You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/x is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action'
const THROTTLED = refusal('RequestLimitExceeded', 'Request limit exceeded.', 503)

describe('an endpoint that misbehaves once', () => {
  const once =
    (bad: (call: Call) => Said) =>
    (call: Call, count: number): Said =>
      count === 1 ? bad(call) : page(call)

  test.each<[string, (call: Call) => Said]>([
    ['throttles', () => THROTTLED],
    ['has an error of its own', () => refusal('InternalError', 'An internal error has occurred.', 500)],
    ['is not available', () => ({ status: 503, body: 'Service Unavailable' })],
    ['ends the connection in the middle of a page', call => ({ ...page(call), cut: 2000 })],
    ['falls silent in the middle of a page', call => ({ ...page(call), stall: 2000 })],
    ['sends half a page as a whole one', call => ({ body: page(call).body.slice(0, 3000) })],
    ['sends a page of a proxy', () => ({ body: '<html><body>Please log in</body></html>' })],
    ['sends nothing', () => ({ body: '' })],
  ])('has its page read again if it %s: nothing is missed and nothing is counted twice', async (_, bad) => {
    const { counts, findings, failure } = await scan(once(bad))
    expect(failure).toBeUndefined()
    expect(counts).toEqual(WHOLE)
    expect(new Set(findings.map(finding => finding.id)).size).toBe(findings.length)
  })
})

describe('an endpoint that keeps misbehaving', () => {
  const later =
    (bad: Said | ((call: Call) => Said)) =>
    (call: Call): Said => {
      if (tokenOf(call) === undefined) return page(call)
      return typeof bad === 'function' ? bad(call) : bad
    }

  test.each<[string, Said | ((call: Call) => Said), ReadFailure]>([
    ['throttles', THROTTLED, { why: 'EC2 throttled every attempt', passes: true }],
    [
      'ends connections',
      call => ({ ...page(call), cut: 2000 }),
      { why: 'the connection to EC2 failed, at every attempt', passes: true },
    ],
    [
      'falls silent',
      call => ({ ...page(call), stall: 2000 }),
      { why: 'EC2 did not answer in time, at every attempt', passes: true },
    ],
    [
      'sends half pages',
      call => ({ body: page(call).body.slice(0, 3000) }),
      { why: 'the answer ended in the middle', passes: true },
    ],
    [
      'finds the token expired',
      refusal('RequestExpired', 'Request has expired.'),
      { why: 'the credentials have expired', passes: false },
    ],
    [
      'finds the session expired',
      refusal('ExpiredToken', 'The security token included in the request is expired'),
      { why: 'the credentials have expired', passes: false },
    ],
    [
      'denies',
      refusal('UnauthorizedOperation', DENIED, 403),
      {
        why: 'the permission ec2:DescribeInstances is missing',
        missingPermission: 'ec2:DescribeInstances',
        passes: false,
      },
    ],
    [
      'denies without a reason',
      refusal('UnauthorizedOperation', 'You are not authorized to perform this operation.', 403),
      {
        why: 'the permission ec2:DescribeInstances is missing',
        missingPermission: 'ec2:DescribeInstances',
        passes: false,
      },
    ],
    [
      'wants to be subscribed to',
      refusal('OptInRequired', 'You are not subscribed to this service.', 401),
      { why: 'the region is not enabled for this account', passes: false },
    ],
    [
      'is something else that answers',
      { status: 500, body: '<!doctype html><html><title>500 Internal Server Error</title><p>Sorry</html>' },
      {
        why: 'the answer was not EC2’s XML; if it stays so, check for a proxy',
        passes: true,
      },
    ],
    [
      'says what nobody has heard of',
      refusal('Perplexed', 'Why?'),
      { why: 'AWS refuses (Perplexed: Why?)', passes: false },
    ],
  ])('leaves what was read before, and the reason why there is no more, if it %s', async (_, bad, expected) => {
    const { counts, failure } = await scan(later(bad))
    expect(failure).toEqual(expected)
    expect(counts).toEqual({ seen: 4, passed: 3, failed: 1, suppressed: 0, unknown: 0, terminated: 0 })
  })

  test('ends the reading if it points back to an earlier page', async () => {
    const { counts, failure } = await scan(call => ({
      body: page(call).body.replace('<nextToken>2</nextToken>', '<nextToken>1</nextToken>'),
    }))
    expect(failure).toEqual({ why: 'EC2 points back from page 2 to one that was read already', passes: true })
    expect(counts.seen).toBe(8)
  })

  test('ends the reading if it gives the same page under ever new tokens', async () => {
    const { counts, failure } = await scan((_, count) => ({ body: pageXml([some(0, 4)], `token-${count}`) }))
    expect(failure).toEqual({ why: 'EC2 gives the same page again and again', passes: true })
    expect(counts.seen).toBe(4)
  })

  test('is reported if it repeats a page, whose instances count once', async () => {
    const { counts, notes, findings } = await scan(call =>
      tokenOf(call) === '1'
        ? { body: page({ ...call, form: new URLSearchParams() }).body.replace('<nextToken>1<', '<nextToken>2<') }
        : page(call),
    )
    expect(counts.seen).toBe(8)
    expect(notes).toEqual(['EC2 returned 4 instances twice: each is counted once'])
    expect(findings.filter(({ rule }) => rule === 'paravirtual-instance')).toHaveLength(2)
  })

  test('is reported if it drops part of a page, and the next page is read', async () => {
    const { counts, notes } = await scan(call => (tokenOf(call) === '1' ? { body: pageXml([], '2') } : page(call)))
    expect(counts.seen).toBe(8)
    expect(notes).toEqual(['EC2 returned an empty page among others: instances may be missing'])
  })
})
