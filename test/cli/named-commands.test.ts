import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { DESTINATIONS } from '../../cli/redrive/queues.ts'
import { buildDigestAlerts } from '../../shared/alert/outcome.ts'
import { readLive } from '../../shared/aws/ledger/policy-store.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { inMemoryDynamo } from '../support/cloud/dynamodb.ts'
import { anEnded, CLAIMANT } from '../support/findings.ts'
import { deployed, tableInMemory } from './aws.ts'
import { virtguard } from './run-cli.ts'

afterEach(() => {
  jest.restoreAllMocks()
})

/** A command as a reader would type it: quotes around a text are the shell's. */
const wordsOf = (command: string): readonly string[] =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '').slice(1)

test('the command that a digest names to switch stops on works as it is printed', async () => {
  const dynamo = inMemoryDynamo()
  tableInMemory(dynamo)
  deployed({ LedgerTable: 'LEDGER' })
  await virtguard(['stops', 'off', '--why', 'an incident'])
  const [alert] = buildDigestAlerts([anEnded({ state: 'REFUSED' })], { policy: DEFAULT_POLICY, stops: 'off' }, CLAIMANT)
  const command = /`(virtguard stops on [^`]*)`/.exec(alert?.digest?.resume.join(' ') ?? '')?.[1] ?? ''
  expect(await virtguard(wordsOf(command))).toMatchObject({ code: 0 })
  expect(await readLive(dynamo.client(), 'LEDGER')).toMatchObject({ stops: 'on' })
})

describe('the pages of the docs', () => {
  const folder = join(import.meta.dirname, '../../docs')
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.md'))
  const commands = pages.flatMap(page =>
    [...readFileSync(join(folder, page), 'utf8').matchAll(/`(virtguard (?:stops|redrive) [^`]+)`/g)].map(
      ([, command = '']) => ({ page, command }),
    ),
  )

  test('name the switch for stops with the reason that it asks for', () => {
    const switches = commands.filter(({ command }) => /stops (on|off)/.test(command))
    expect(switches.length).toBeGreaterThan(3)
    expect(switches.filter(({ command }) => !/ --why \S/.test(command))).toEqual([])
  })

  test('name dead-letter queues that redrive knows', () => {
    const redriven = commands.flatMap(({ page, command }) => {
      const name = /redrive ([A-Z]\w+)/.exec(command)?.[1]
      return name === undefined ? [] : [{ page, name }]
    })
    expect(new Set(redriven.map(({ page }) => page)).size).toBeGreaterThan(4)
    // Each channel has one of its own: `Undelivered<Channel>`, and `ops` is the channel of the examples. A URL is one, too.
    const ofChannels = ['Undelivered', 'UndeliveredOps', 'URL']
    const unknown = redriven.filter(({ name }) => !Object.hasOwn(DESTINATIONS, name) && !ofChannels.includes(name))
    expect(unknown).toEqual([])
  })
})
