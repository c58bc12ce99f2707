import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { CHANNELS } from './channels.ts'
import { aTemplate, ENFORCING } from './stack.ts'

const page = readFileSync(join(__dirname, '../../docs/uninstall.md'), 'utf8')

type Resource = { readonly Type: string; readonly DeletionPolicy?: string }

const template = aTemplate({ policy: { ...ENFORCING, channels: CHANNELS } }).toJSON()
const resources = Object.entries<Resource>(template['Resources'])
const kept = resources.filter(([, { DeletionPolicy = 'Delete' }]) => DeletionPolicy !== 'Delete')

describe('what remains of a stack that is deleted', () => {
  test('is of the types that docs/uninstall.md names', () => {
    const named = [...page.matchAll(/\(`(AWS::\w+::\w+)`\)/g)].map(([, type]) => type)
    expect([...new Set(kept.map(([, { Type }]) => Type))].sort()).toEqual(named.sort())
  })

  test('is the ledger, and two queues of each channel', () => {
    const names = kept.map(([id]) => id.slice(0, -8).replace(/^(?:Channel|Undelivered)/, ''))
    expect(names.filter(name => name === 'Ledger')).toHaveLength(1)
    expect(names).toHaveLength(1 + 2 * Object.keys(CHANNELS).length)
  })

  test('is named by the outputs, so that it can be found', () => {
    const outputs = JSON.stringify(template['Outputs'])
    for (const [id] of kept) expect(outputs).toContain(`"${id}"`)
  })
})
