import { describe, expect, test } from '@jest/globals'
import type { EnforcePorts, StopLedger } from '../../../functions/enforce/ports.ts'
import { processStop } from '../../../functions/enforce/process-stop.ts'
import type { StopAnswer } from '../../../shared/aws/stop.ts'
import { loadCatalogue } from '../../../shared/catalogue/catalogue.ts'
import type { InstanceFacts } from '../../../shared/facts/facts.ts'
import type { Row } from '../../../shared/ledger/row.ts'
import type { InstanceMessage, StopMessage } from '../../../shared/ledger/stop-message.ts'
import { parsePolicy } from '../../../shared/policy/load.ts'
import { anInstance, PLACE } from '../../support/findings.ts'
import { aLedger, asked, at, deferred, ID, STOP_AT } from '../../support/stories.ts'

const POLICY = parsePolicy('version: 1\nrules: { paravirtual-instance: { mode: enforce } }', 'p')
const STOP: InstanceMessage = { kind: 'stop', ...PLACE, instanceId: ID, due: STOP_AT, attempt: 3 }
const CHECK: InstanceMessage = { ...STOP, kind: 'check' }
const named = (name: string): Error => Object.assign(new Error('no'), { name })

type Options = {
  readonly rows: readonly Row[]
  readonly seconds?: number
  readonly instance?: () => Promise<InstanceFacts | undefined>
  readonly stop?: StopAnswer
  readonly ledger?: Partial<StopLedger>
  readonly live?: EnforcePorts['live']
}

const unexpected = (name: string) => async (): Promise<never> => {
  throw new Error(`unexpected: ${name}`)
}

/** One message, done at `seconds`; what it did, in order. */
const doing = async (message: StopMessage, { rows, seconds = 900, ...options }: Options) => {
  const did: [string, ...unknown[]][] = []
  const ports: EnforcePorts = {
    deployed: POLICY,
    live: options.live ?? (async () => ({ stops: 'on' })),
    now: () => at(seconds),
    types: { known: loadCatalogue, learn: () => undefined },
    ledger: {
      rowsOf: async () => rows,
      resolve: async (_, { to, because, notTaken, inDigest }) => {
        did.push(['settle', to, because.code, { notTaken, inDigest }])
        return 'ours'
      },
      claimPending: unexpected('claimPending'),
      release: unexpected('release'),
      intendStop: async () => true,
      reserveStop: async ({ stopId }) => {
        did.push(['take', stopId])
        return { taken: true }
      },
      pendingRefusals: unexpected('pendingRefusals'),
      forgetRefusals: unexpected('forgetRefusals'),
      digestDue: async () => at(1_500),
      ...options.ledger,
    },
    ec2: {
      instance: options.instance ?? (async () => anInstance({ state: 'running' })),
      images: async () => [],
      types: async () => [],
    },
    stop: async instanceId => {
      did.push(['stop', instanceId])
      return options.stop ?? { kind: 'accepted' }
    },
    schedule: async ({ at: due, message: { kind, ...next } }) => {
      did.push(['schedule', kind, due, 'attempt' in next ? next.attempt : undefined])
    },
    promiseAgain: unexpected('promiseAgain'),
    publish: async () => {
      did.push(['publish'])
    },
    log: (level, text) => did.push([level, text]),
    count: metric => did.push(['count', metric]),
  }
  await processStop(message, { messageId: 'm', count: 1, claimant: 'm/1' }, ports)
  return did
}

const promised = () => deferred(aLedger())
const TAKE = ['take', `us-east-1/${ID}@${STOP_AT}`]

describe('a stop that EC2 accepts', () => {
  test('takes its reservation, is asked for and counted, and is checked five minutes later', async () => {
    expect(await doing(STOP, { rows: [await promised()] })).toEqual([
      TAKE,
      ['stop', ID],
      ['count', 'StopsRequested'],
      ['schedule', 'check', at(1_200), 1],
    ])
  })
})

describe('a stop that EC2 does not accept', () => {
  test.each(['wrong-state', 'not-there'] as const)('is tried again a minute later because of %s', async kind => {
    const stop: StopAnswer = { kind, error: 'IncorrectInstanceState', message: 'no' }
    expect(await doing(STOP, { rows: [await promised()], stop })).toEqual([
      TAKE,
      ['stop', ID],
      ['schedule', 'stop', at(960), 4],
    ])
  })

  test('has failed half an hour after it was due, and was not accepted', async () => {
    const stop: StopAnswer = { kind: 'wrong-state', error: 'IncorrectInstanceState', message: 'no' }
    const just = await doing(STOP, { rows: [await promised()], stop, seconds: 2_699 })
    expect(just.at(-1)).toEqual(['schedule', 'stop', at(2_759), 4])
    const did = await doing(STOP, { rows: [await promised()], stop, seconds: 2_700 })
    expect(did).toContainEqual(['settle', 'FAILED', 'DEADLINE_PASSED', { notTaken: true }])
    expect(did).toContainEqual(['count', 'StopsFailed'])
  })

  test.each([
    ['refused', 'REFUSED', 'EC2_REFUSED', 'StopsRefused'],
    ['denied', 'FAILED', 'NOT_AUTHORIZED', 'StopsFailed'],
  ] as const)(
    'because of %s was never accepted: a later stop by somebody else is not ours',
    async (kind, to, code, metric) => {
      const stop: StopAnswer = { kind, error: 'UnsupportedOperation', message: 'no' }
      const did = await doing(STOP, { rows: [await promised()], stop })
      expect(did).toEqual([
        TAKE,
        ['stop', ID],
        ['settle', to, code, { notTaken: true }],
        ['publish'],
        ['count', metric],
      ])
    },
  )

  test('is tried again if the row changed before EC2 was asked', async () => {
    const did = await doing(STOP, { rows: [await promised()], ledger: { intendStop: async () => false } })
    expect(did).toEqual([TAKE, ['schedule', 'stop', at(960), 4]])
  })

  test('has failed if the row seems to change for half an hour, and the instance runs', async () => {
    const ledger = { intendStop: async () => false }
    const did = await doing(STOP, { rows: [await promised()], ledger, seconds: 2_700 })
    expect(did).toContainEqual(['settle', 'FAILED', 'DEADLINE_PASSED', { notTaken: true }])
  })

  test('is alerted as deleted if the instance does not exist any more, and is not tried again', async () => {
    const seen = [anInstance({ state: 'running' }), anInstance({ state: 'terminated' })]
    const stop: StopAnswer = { kind: 'not-there', error: 'InvalidInstanceID.NotFound', message: 'no' }
    const did = await doing(STOP, { rows: [await promised()], stop, instance: async () => seen.shift() })
    expect(did).toEqual([TAKE, ['stop', ID], ['settle', 'RESOLVED', 'TERMINATED', {}], ['publish']])
  })
})

describe('a stop for which the budget has no room', () => {
  const ledger = { reserveStop: async () => ({ taken: false }) as const }

  test('is refused together with all others of that time, and counted', async () => {
    const did = await doing(STOP, { rows: [await promised()], ledger })
    expect(did).toEqual([
      ['count', 'BudgetSpent'],
      ['settle', 'REFUSED', 'BUDGET_SPENT', { inDigest: 'yes' }],
      ['schedule', 'digest', at(1_500), undefined],
      ['count', 'StopsRefused'],
    ])
  })

  test('is checked a minute later if it was asked for a moment ago, because it may be on its way', async () => {
    const did = await doing(STOP, { rows: [await asked(aLedger())], ledger, seconds: 930 })
    expect(did).toEqual([
      ['count', 'BudgetSpent'],
      ['schedule', 'stop', at(990), 4],
    ])
  })
})

describe('an instance that EC2 does not describe', () => {
  test('is left for its own time if the message of an earlier one may not read the instance', async () => {
    const instance = () => Promise.reject(named('UnauthorizedOperation'))
    expect(await doing(STOP, { rows: [await promised()], seconds: 899, instance })).toEqual([
      ['schedule', 'stop', at(900), 4],
    ])
  })

  test('ends the promise, and says so, if virtguard may not ask', async () => {
    const instance = () => Promise.reject(named('UnauthorizedOperation'))
    const alerted = { ...(await promised()), sk: 'xen-hypervisor', state: 'ALERTED' } as const
    expect(await doing(STOP, { rows: [await promised(), alerted], instance })).toEqual([
      ['settle', 'FAILED', 'READ_NOT_AUTHORIZED', {}],
      ['publish'],
      ['count', 'StopsFailed'],
    ])
  })

  test('is waited for if EC2 does not know it', async () => {
    const instance = () => Promise.reject(named('InvalidInstanceID.NotFound'))
    expect(await doing(STOP, { rows: [await promised()], instance })).toEqual([['schedule', 'stop', at(960), 4]])
  })

  test.each(['RequestLimitExceeded', 'IncorrectInstanceState'])(
    'changes nothing because of %s, and the message is delivered again',
    async name => {
      const instance = () => Promise.reject(named(name))
      await expect(doing(STOP, { rows: [await promised()], instance })).rejects.toMatchObject({ name })
    },
  )
})

describe('an instance that EC2 says is in another account than its findings', () => {
  const elsewhere = async () => anInstance({ state: 'running', ownerId: '210987654321' })

  test('is not stopped, because it is not the one that was promised', async () => {
    expect(await doing(STOP, { rows: [await promised()], instance: elsewhere })).toEqual([
      ['error', 'the instance is in another account than its findings, so it is not stopped'],
      ['schedule', 'stop', at(960), 4],
    ])
  })

  test('is stopped in the same account', async () => {
    const instance = async () => anInstance({ state: 'running', ownerId: PLACE.accountId })
    expect((await doing(STOP, { rows: [await promised()], instance })).map(([what]) => what)).toContain('stop')
  })
})

describe('the check after a stop', () => {
  test('reads the result of what was asked of EC2, and asks for nothing', async () => {
    const instance = async () => anInstance({ state: 'stopping' })
    expect(await doing(CHECK, { rows: [await asked(aLedger())], instance, seconds: 1_100 })).toEqual([
      ['schedule', 'check', at(1_200), 4],
    ])
  })
})

describe('a policy that cannot be used', () => {
  test('stops nothing, is counted, and is logged', async () => {
    const live: EnforcePorts['live'] = async () => ({ stops: 'on', problem: 'version 7: not the text' })
    const did = await doing(STOP, { rows: [await promised()], live })
    expect(did).toEqual([
      ['count', 'PolicyInvalid'],
      ['error', 'the live policy is not valid, so nothing is stopped: version 7: not the text'],
      ['settle', 'REFUSED', 'POLICY_INVALID', { inDigest: 'yes' }],
      ['schedule', 'digest', at(1_500), undefined],
      ['count', 'StopsRefused'],
    ])
  })
})

test.each<[string, Partial<Row>[]]>([
  ['has nothing in the ledger', []],
  ['was alerted and promised nothing', [{ state: 'ALERTED' }]],
  ['has been stopped', [{ state: 'STOPPED' }]],
])('an instance that %s is not read', async (_, rows) => {
  const row = await promised()
  const given = { rows: rows.map(more => ({ ...row, ...more })), instance: unexpected('instance') }
  expect(await doing(STOP, { ...given, live: unexpected('live') })).toEqual([])
})
