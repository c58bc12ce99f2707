// The own evaluator of templates against AWS's, which is inside aws-cdk-lib: what a type's expression can be. AWS's library
// does not tie values to each other. It takes both branches of each condition, and every allowed value of a parameter.
import { createRequire } from 'node:module'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readFileText } from '../../shared/lint/readers/read-file.ts'

const REGION = 'us-east-1'

const load = createRequire(createRequire(__filename).resolve('aws-cdk-lib/package.json'))
const { TemplateContent, TemplateModel } = load('@aws/cloudformation-validate')

type Leaves = { readonly values: ReadonlySet<string>; readonly isOpen: boolean }

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a value of AWS's library can be, and whether it is not known to the end. */
const listLeaves = (value: unknown): Leaves => {
  if (!isObject(value)) return { values: new Set(), isOpen: true }
  const [[kind = '', body = undefined] = []] = Object.entries(value)
  if (!isObject(body)) return { values: new Set(), isOpen: true }
  if (kind === 'Concrete') return { values: new Set([String(body['value'])]), isOpen: false }
  const inside =
    kind === 'Enum' && Array.isArray(body['variants'])
      ? body['variants'].map(listLeaves)
      : kind === 'Conditional'
        ? [listLeaves(body['if_true']), listLeaves(body['if_false'])]
        : undefined
  if (inside === undefined) return { values: new Set(), isOpen: true }
  return { values: new Set(inside.flatMap(({ values }) => [...values])), isOpen: inside.some(({ isOpen }) => isOpen) }
}

/** Undefined where the library crashes. */
const askAws = (template: string): Leaves | undefined => {
  let model: { resources: () => Record<string, { properties?: unknown }>; free: () => void } | undefined
  try {
    model = new TemplateModel(new TemplateContent(template, 't.json'), { region: REGION })
    const properties = model?.resources()['Web']?.properties
    const entries = isObject(properties) ? properties : {}
    return listLeaves(entries['InstanceType'] ?? findEntry(entries, 'InstanceType'))
  } catch {
    return undefined
  } finally {
    model?.free()
  }
}

const findEntry = (map: Readonly<Record<string, unknown>>, key: string): unknown => {
  const entries = isObject(map['Map']) ? map['Map']['entries'] : map['entries']
  if (!Array.isArray(entries)) return undefined
  return entries.find(entry => isObject(entry) && entry['key'] === key)?.value
}

const askLint = (template: string): Leaves => {
  const reading = readFileText(template, { region: REGION })
  if ('unreadable' in reading) throw new Error(reading.unreadable)
  const pairs = reading.declarations.flatMap(one => (one.kind === 'launch' ? one.pairs : []))
  return {
    values: new Set(pairs.flatMap(({ instanceType }) => instanceType ?? [])),
    isOpen: pairs.some(({ open }) => open.some(({ side }) => side === 'type')),
  }
}

const TYPES = ['t3.micro', 't4g.micro', 'm7i.large', 'm7g.large'] as const
const type = fc.constantFrom<string>(...TYPES)

const PARTS = {
  Parameters: {
    Plain: { Type: 'String', Default: 't3.micro' },
    Listed: { Type: 'String', Default: 't3.micro', AllowedValues: ['t3.micro', 'm7i.large'] },
    Cpu: { Type: 'String', Default: 'x', AllowedValues: ['x', 'arm'] },
    Size: { Type: 'String', Default: 'large' },
  },
  Mappings: {
    ByRegion: { [REGION]: { type: 'm7i.large' }, 'eu-west-1': { type: 't3.micro' } },
    ByCpu: { x: { type: 't3.micro' }, arm: { type: 't4g.micro' } },
  },
  Conditions: { IsArm: { 'Fn::Equals': [{ Ref: 'Cpu' }, 'arm'] } },
}

const inBraces = (name: string): string => `$\{${name}}`

const leaf = fc.oneof(
  type,
  fc.constantFrom<unknown>(
    { Ref: 'Plain' },
    { Ref: 'Listed' },
    { 'Fn::Sub': inBraces('Plain') },
    { 'Fn::Sub': `m7i.${inBraces('Size')}` },
    { 'Fn::FindInMap': ['ByRegion', { Ref: 'AWS::Region' }, 'type'] },
    { 'Fn::FindInMap': ['ByCpu', { Ref: 'Cpu' }, 'type'] },
    { 'Fn::Join': ['.', ['m7g', { Ref: 'Size' }]] },
    { 'Fn::Select': ['1', ['t3.micro', 'm7g.large']] },
    { 'Fn::Select': [0, { 'Fn::Split': [',', 't4g.micro,t3.micro'] }] },
  ),
)

const expression = fc.oneof(
  leaf,
  fc.tuple(leaf, leaf).map(([yes, no]) => ({ 'Fn::If': ['IsArm', yes, no] })),
)

test('no type is found that AWS’s evaluator does not find, and none is missed but where values are tied', () => {
  const compared = { all: 0, whole: 0 }
  fc.assert(
    fc.property(expression, InstanceType => {
      const Properties = { ImageId: 'ami-0abcdef1234567890', InstanceType }
      const template = JSON.stringify({ ...PARTS, Resources: { Web: { Type: 'AWS::EC2::Instance', Properties } } })
      const [theirs, ours] = [askAws(template), askLint(template)]
      compared.all++
      if (theirs === undefined || theirs.isOpen) return
      compared.whole++
      expect(ours.isOpen).toBe(false)
      for (const value of ours.values) expect(theirs.values).toContain(value)
      // A map by the parameter that the condition asks for has one column in each branch, which only lint knows.
      if (!(template.includes('Fn::If') && template.includes('"ByCpu",')))
        expect([...ours.values].toSorted()).toEqual([...theirs.values].toSorted())
    }),
    { numRuns: 150 },
  )
  expect(compared.whole).toBeGreaterThan(compared.all / 2)
})
