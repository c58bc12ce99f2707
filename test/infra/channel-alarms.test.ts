import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { listHoldingChannels } from '../../infra/settings/derived.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { toPascalCase } from '../../shared/text/pascal.ts'
import { documentedForChannel } from './channel-grants.ts'
import { idsOf, live, names, pascals, scheduled, sent, without } from './channel-templates.ts'
import { CHANNELS, WITH_CHANNELS, WITH_HOLDING } from './channels.ts'
import { deployedGrants, type Grant, idIn } from './grants.ts'
import { aTemplate, ENFORCING, resourcesOf } from './stack.ts'

describe.each([
  { policy: 'sends at once', template: sent, of: WITH_CHANNELS, live: false },
  { policy: 'holds', template: scheduled, of: WITH_HOLDING, live: false },
  { policy: 'is live', template: live, of: WITH_CHANNELS, live: true },
])('the functions of channels, if the policy $policy,', one => {
  const ofChannels = deployedGrants(one.template).filter(({ function: name }) => /^(Notify|Held)/.test(name))

  test.each(names)('may do what docs/permissions.md lists for a channel of their type, and nothing else: %s', name => {
    const channel = CHANNELS[name]
    if (channel === undefined) throw new Error(name)
    const id = toPascalCase(name)
    const own = ofChannels.filter(grant => [`Notify${id}`, `Held${id}`].includes(grant.function))
    const isHeld = listHoldingChannels(one.of).includes(name)
    const documented = documentedForChannel(name, channel, { held: isHeld })
    expect(bySpelling(own)).toEqual(bySpelling(documented))
    expect(documented.length).toBeGreaterThan(12)
  })

  test('leave the other functions as they were', () => {
    const base = aTemplate(one.live ? { policy: ENFORCING } : { policy: DEFAULT_POLICY })
    const others = deployedGrants(one.template).filter(
      grant => !/^(Notify|Held)/.test(grant.function) && !isOfSweep(grant),
    )
    expect(others).toEqual(deployedGrants(base))
  })

  test('let Sweep send each of them a request to release what is overdue', () => {
    const page = readFileSync(join(__dirname, '../../docs/permissions.md'), 'utf8')
    expect(page).toContain('| `Sweep` | `sqs:SendMessage` | queue `Channel<Channel>` |')
    expect(
      deployedGrants(one.template)
        .filter(isOfSweep)
        .map(({ action, on }) => `${action} ${on}`),
    ).toEqual(pascals.map(id => `sqs:SendMessage Channel${id}`).toSorted())
  })

  const isOfSweep = ({ function: name, on }: Grant): boolean => name === 'Sweep' && on.startsWith('Channel')

  const bySpelling = (grants: readonly object[]): readonly string[] => grants.map(each => JSON.stringify(each)).sort()
})

describe('the alarms on channels', () => {
  const alarms = Object.entries(resourcesOf(scheduled, 'AWS::CloudWatch::Alarm'))
  const mine = alarms.filter(([id]) => !idsOf(without, 'AWS::CloudWatch::Alarm').includes(id.slice(0, -8)))

  test('watch each queue, dead-letter queue and function, and the schedules', () => {
    const expected = pascals.flatMap(id => [
      `Undelivered${id}Parked`,
      `Channel${id}Late`,
      `Notify${id}Errors`,
      `Notify${id}Throttles`,
    ])
    expect(mine.map(([id]) => id.slice(0, -8)).sort()).toEqual([...expected, 'HeldUndeliverable'].sort())
  })

  test('say what to do, on a page that exists and names them', () => {
    for (const [id, { Properties }] of mine) {
      const name = pascals.reduce((text, channel) => text.replace(channel, '<Channel>'), id.slice(0, -8))
      const page = /See (docs\/runbooks\/[\w-]+\.md)$/.exec(String(Properties['AlarmDescription']))?.[1] ?? 'none'
      const file = join(__dirname, '../..', page)
      expect([id, existsSync(file)]).toEqual([id, true])
      expect(readFileSync(file, 'utf8').split('\n')[0]).toContain(name)
      expect((Properties['AlarmActions'] as unknown[]).map(idIn)).toEqual(['Operations'])
    }
  })
})
