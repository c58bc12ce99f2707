import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from '@cdktn/hcl2json'
import { describe, expect, test } from '@jest/globals'

const ROOT = join(__dirname, '../..')
const SPOKES = join(ROOT, 'terraform/spokes')
const page = readFileSync(join(ROOT, 'docs/organization.md'), 'utf8')

const readModule = (name: string): string =>
  readdirSync(join(SPOKES, name))
    .filter(file => file.endsWith('.tf'))
    .map(file => readFileSync(join(SPOKES, name, file), 'utf8'))
    .join('\n')

const MODULES = { roles: readModule('roles'), region: readModule('region') }
const EXAMPLES: readonly (readonly [string, string])[] = [
  ['the example', readModule('example')],
  ...[...page.matchAll(/```hcl\n([\s\S]*?)```/g)].map(([, text = ''], index) => [`docs ${index}`, text] as const),
]
/** What a call says to Terraform, and not to the module. */
const META = ['source', 'providers', 'depends_on']

describe('the Terraform modules of a spoke', () => {
  test.each(Object.entries(MODULES))('use the variables that they declare: %s', async (name, text) => {
    const { variable } = await parse(`${name}.tf`, text)
    const used = [...text.matchAll(/\bvar\.(\w+)/g)].map(([, each]) => each)
    expect([...new Set(used)].sort()).toEqual(Object.keys(variable).sort())
    const required = Object.entries<readonly object[]>(variable).filter(([, [body = {}]]) => !('default' in body))
    expect(required.map(([variableName]) => variableName)).toEqual(['templates'])
  })

  test.each([
    ['roles', 'spoke-roles.json', { capabilities: ['CAPABILITY_NAMED_IAM'] }],
    ['region', 'spoke-region.json', {}],
  ] as const)(
    'make one stack of the template that the command writes, and nothing else: %s',
    async (name, file, more) => {
      const { resource, data } = await parse(`${name}.tf`, MODULES[name])
      expect(data).toBeUndefined()
      expect(Object.keys(resource)).toEqual(['aws_cloudformation_stack'])
      expect(Object.values(resource.aws_cloudformation_stack)).toEqual([
        [
          {
            // biome-ignore-start lint/suspicious/noTemplateCurlyInString: Terraform fills these in
            name: '${var.stack_name}',
            template_body: `\${file("\${var.templates}/${file}")}`,
            iam_role_arn: '${var.deployment_role_arn}',
            // biome-ignore-end lint/suspicious/noTemplateCurlyInString: Terraform fills these in
            ...more,
          },
        ],
      ])
    },
  )

  test('are called in the example and in docs/organization.md', () => expect(EXAMPLES).toHaveLength(2))

  test.each(EXAMPLES)('get what they need, and the roles come before the rules, in %s', async (name, text) => {
    const calls = Object.entries<readonly Record<string, unknown>[]>((await parse(`${name}.tf`, text)).module)
    const bySource = (module: string) =>
      calls.filter(([, [call = {}]]) => typeof call.source === 'string' && call.source.endsWith(`/${module}`))
    expect(bySource('roles').map(([label]) => label)).toEqual(['roles'])
    expect(bySource('region').length).toBe(calls.length - 1)
    for (const [, [call = {}]] of calls) {
      expect(Object.keys(call).filter(key => !META.includes(key))).toEqual(['templates'])
    }
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Terraform fills it in
    for (const [, [call]] of bySource('region')) expect(call).toMatchObject({ depends_on: ['${module.roles}'] })
  })
})
