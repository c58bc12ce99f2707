import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from '@cdktn/hcl2json'
import { describe, expect, test } from '@jest/globals'

const ROOT = join(__dirname, '../..')
const MODULE = join(ROOT, 'terraform')
const page = readFileSync(join(ROOT, 'docs/package.md'), 'utf8')

const read = (file: string): string => readFileSync(join(MODULE, file), 'utf8')
const filesOf = (folder: string): readonly string[] =>
  readdirSync(join(MODULE, folder)).filter(name => name.endsWith('.tf'))
const files = filesOf('').map(name => [name, read(name)] as const)
const examples: readonly (readonly [string, string])[] = [
  ...filesOf('example').map(name => [`example/${name}`, read(`example/${name}`)] as const),
  ...[...page.matchAll(/```hcl\n([\s\S]*?)```/g)].map(([, text = ''], index) => [`docs ${index}`, text] as const),
]

const declared = [...read('variables.tf').matchAll(/^variable "(\w+)"/gm)].map(([, name]) => name)
const required = [...read('variables.tf').matchAll(/^variable "(\w+)" \{([\s\S]*?)^\}/gm)]
  .filter(([, , body = '']) => !/\bdefault\b/.test(body))
  .map(([, name]) => name)

describe('the Terraform module', () => {
  test.each([...files, ...examples])('can be parsed: %s', async (name, text) => {
    expect(Object.keys(await parse(name, text)).length).toBeGreaterThan(0)
  })

  test('uses the variables that it declares, and docs/package.md lists them', () => {
    const used = files.flatMap(([, text]) => [...text.matchAll(/\bvar\.(\w+)/g)].map(([, name]) => name))
    expect([...new Set(used)].sort()).toEqual([...declared].sort())
    const [, table = ''] = page.split('| Variable |')
    expect([...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)).toEqual(declared)
  })

  test.each(examples)('is given what it needs, and nothing else, in %s', async (name, text) => {
    const { module } = await parse(name, text)
    for (const { source, ...given } of module.virtguard) {
      expect(source).toMatch(/^\.\.?\//)
      expect(Object.keys(given).filter(key => !declared.includes(key))).toEqual([])
      expect(Object.keys(given)).toEqual(expect.arrayContaining(required))
    }
  })

  test('puts each zip at the key that the template names, before the stack, and takes the old ones away after it', async () => {
    const { resource } = await parse('main.tf', read('main.tf'))
    const [zips] = resource.aws_s3_object.zips
    const [stack] = resource.aws_cloudformation_stack.virtguard
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: Terraform fills these in
    expect(zips).toMatchObject({
      for_each: '${fileset(var.package, "*.zip")}',
      key: '${local.prefix}${each.value}',
      lifecycle: [{ create_before_destroy: true }],
    })
    expect(stack.depends_on).toEqual(['${aws_s3_object.zips}'])
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: Terraform fills these in
    expect(stack.capabilities).toEqual(['CAPABILITY_NAMED_IAM'])
  })
})
