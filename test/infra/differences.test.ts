// Whoever upgrades from the stack of commit 3b5af4c reads in docs/upgrade.md what changes in their account, and why.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { Template } from 'aws-cdk-lib/assertions'
import { readSettingsFrom } from '../../infra/settings/context.ts'
import { deployedGrants } from './grants.ts'
import { aTemplate } from './stack.ts'

const ROOT = join(__dirname, '../..')
const RECORDED = join(ROOT, 'test/cloud/upgrade/3b5af4c')

type Json = Readonly<Record<string, unknown>>
type Resource = Json & { readonly Type: string }

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What says nothing of how the stack works, and what has rows of its own: rights, and who may write to a queue. */
const LEFT_OUT = ['Code', 'Metadata', 'Description', 'AlarmDescription', 'DashboardBody', 'PolicyDocument', 'DependsOn']

const listPaths = (old: unknown, now: unknown, path: readonly string[] = []): readonly string[] => {
  if (JSON.stringify(old) === JSON.stringify(now)) return []
  if (!isObject(old) || !isObject(now)) return [path.filter(key => key !== 'Properties').join('.')]
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter(key => !LEFT_OUT.includes(key))
    .flatMap(key => listPaths(old[key], now[key], [...path, key]))
}

/** The id without the hash that the CDK puts behind it. */
const nameOf = (id: string): string => id.replace(/[0-9A-F]{8}$/, '')

const listDifferences = (old: Readonly<Record<string, Resource>>, now: Readonly<Record<string, Resource>>) => [
  ...Object.keys(old).flatMap(id => (now[id] === undefined ? [`less ${nameOf(id)}`] : [])),
  ...Object.keys(now).flatMap(id => (old[id] === undefined ? [`more ${nameOf(id)}`] : [])),
  ...Object.entries(old).flatMap(([id, resource]) =>
    now[id] === undefined ? [] : listPaths(resource, now[id]).map(path => `${resource.Type} ${path}`),
  ),
]

/** The rights that one of both has and the other has not, or not so narrow. */
const listChangedRights = (...[old, now]: readonly [Template, Template]): readonly string[] => {
  const [before, after] = [old, now].map(template => deployedGrants(template).map(one => JSON.stringify(one)))
  const missingIn = (one: readonly string[] = [], other: readonly string[] = []) =>
    one.filter(each => !other.includes(each))
  const changed = [...missingIn(before, after), ...missingIn(after, before)]
  return changed.map(text => JSON.parse(text)).map(({ function: name, action }) => `${name} ${action}`)
}

const listNewOutputs = (old: Json, now: Json): readonly string[] =>
  Object.keys(now).flatMap(name => (old[name] === undefined ? [`output ${name}`] : []))

test('docs/upgrade.md names each difference between the stack of commit 3b5af4c and the present one, and no other', () => {
  const recorded = JSON.parse(readFileSync(join(RECORDED, 'template.json'), 'utf8'))
  const settings = readSettingsFrom({ policy: join(RECORDED, 'policy.yaml'), email: 'user@example.com' })
  const present = aTemplate(settings)
  const found = [
    ...listDifferences(recorded.Resources, present.toJSON()['Resources']),
    ...listChangedRights(Template.fromJSON(recorded), present),
    ...listNewOutputs(recorded.Outputs, present.toJSON()['Outputs']),
  ]
  const [, table = ''] = readFileSync(join(ROOT, 'docs/upgrade.md'), 'utf8').split('| Difference |')
  const written = [...table.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, one = '']) => one),
  )
  expect([...written].sort()).toEqual([...new Set(found)].sort())
})
