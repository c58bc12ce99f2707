import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { Stack } from 'aws-cdk-lib'
import { Annotations, Match } from 'aws-cdk-lib/assertions'
import { listEndpoints } from '../../infra/settings/endpoints.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { CHANNELS } from './channels.ts'
import { deployedGrants } from './grants.ts'
import { anApp, aTemplate, ENFORCING } from './stack.ts'

const VPC = { subnets: ['subnet-0123456789abcdef0'], securityGroups: ['sg-0123456789abcdef0'] }

const withChannel = (name: string): Policy => {
  const channel = CHANNELS[name]
  if (channel === undefined) throw new Error(`no channel ${name}`)
  return { ...DEFAULT_POLICY, channels: { [name]: channel } }
}

const OBSERVE = { mode: 'observe', severity: 'LOW', options: {} } as const

const POLICIES: readonly (readonly [string, Policy])[] = [
  ['observes', DEFAULT_POLICY],
  ['enforces', ENFORCING],
  ['evaluates templates', { ...DEFAULT_POLICY, rules: { ...DEFAULT_POLICY.rules, 'incompatible-template': OBSERVE } }],
  ...Object.keys(CHANNELS).map(name => [`has the channel ${name}`, withChannel(name)] as const),
]

// Lambda writes the logs, EventBridge Scheduler takes the role, and the other services use the key: no function calls these.
const CALLED_BY_OTHERS = ['iam', 'kms', 'logs']

describe('the endpoints of a VPC', () => {
  test.each(POLICIES)('are those of the services that functions may call, if the policy %s', (_, policy) => {
    const granted = deployedGrants(aTemplate({ policy }))
      .filter(({ function: name }) => !/Scheduler$|^Held/.test(name))
      .map(({ action }) => action.split(':')[0] ?? '')
      .filter(service => !CALLED_BY_OTHERS.includes(service))
    expect(listEndpoints({ policy })).toEqual([...new Set(granted)].sort())
  })

  test('of the hub of an organization are that of STS more', () => {
    const more = listEndpoints({ policy: DEFAULT_POLICY, organization: 'o-a1b2c3d4e5' })
    expect(more).toEqual([...listEndpoints({ policy: DEFAULT_POLICY }), 'sts'].sort())
  })

  test('of a stack with a hook are that of Auto Scaling more', () => {
    const more = listEndpoints({ policy: DEFAULT_POLICY, hook: 'warn' })
    expect(more).toEqual([...listEndpoints({ policy: DEFAULT_POLICY }), 'autoscaling'].sort())
  })

  test('are all in docs/settings.md', () => {
    const page = readFileSync(join(__dirname, '../../docs/settings.md'), 'utf8')
    const [, table = ''] = page.split('| Endpoint | Who needs it |')
    const named = [...(table.split('\n\n')[0] ?? '').matchAll(/^\| (.+?) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    )
    const organization = 'o-a1b2c3d4e5'
    const all = new Set(POLICIES.flatMap(([, policy]) => listEndpoints({ policy, organization })))
    expect(named.sort()).toEqual([...all].sort())
  })

  test('are said at the synthesis of a stack in a VPC, and of no other', () => {
    const stackOf = (options: object) =>
      Stack.of(anApp({ emails: ['user@example.com'], options }).node.findChild('Virtguard'))
    const said = Match.stringLikeRegexp('the subnets need an endpoint, or a NAT gateway, for dynamodb, ec2, sns, sqs$')
    Annotations.fromStack(stackOf({ vpc: VPC })).hasInfo('/Virtguard', said)
    Annotations.fromStack(stackOf({})).hasNoInfo('/Virtguard', Match.anyValue())
  })
})
