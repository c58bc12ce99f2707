import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard'
import { expect, test } from '@jest/globals'
import { listed } from './exceptions.ts'
import { byDefault, files, sortFindings } from './templates.ts'

const RULES = join(dirname(require.resolve('@cdklabs/cdk-validator-cfnguard')), '../rules/control-tower/cfn-guard')

/** The rules that name a type of resource which the stack has. The others take most of the time, and have nothing to say. */
const listRules = (): readonly string[] => {
  const types = new Set(Object.values<{ Type: string }>(byDefault.template.Resources).map(({ Type }) => Type))
  return readdirSync(RULES, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.guard'))
    .map(name => join(RULES, name))
    .filter(file => [...readFileSync(file, 'utf8').matchAll(/AWS::\w+::\w+/g)].some(([type]) => types.has(type)))
}

test('the proactive controls of Control Tower find what docs/compliance.md lists, and nothing else', () => {
  const rules = [...listRules()]
  expect(rules.length).toBeGreaterThan(15)
  const validator = new CfnGuardValidator({ controlTowerRulesEnabled: false, rules, maxBuffer: 64 * 1024 * 1024 })
  const context = { templatePaths: files } as unknown as Parameters<typeof validator.validate>[0]
  const found = validator.validate(context).violations.flatMap(({ description, violatingResources }) =>
    violatingResources.map(({ templatePath }) => ({
      file: templatePath,
      id: /^\[(CT\.\w+\.PR\.\d+)\]/.exec(description)?.[1] ?? description,
    })),
  )
  expect(sortFindings(found)).toEqual(listed(/^CT\./))
}, 120_000)
