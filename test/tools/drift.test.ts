import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { NAMED_TYPES } from '../../shared/catalogue/named-types.ts'
import { PARTITIONS } from '../../shared/facts/partitions.ts'
import { compareWithModels } from '../../tools/drift/compare.ts'
import { ENUMS, OPERATIONS, SHAPES } from '../../tools/drift/decided.ts'
import { type Models, readModels } from '../../tools/drift/models.ts'
import { run } from '../../tools/drift/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'virtguard-drift-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const known = { types: loadCatalogue(), named: NAMED_TYPES, partitions: PARTITIONS }
const listAll = ({ used, ignored }: (typeof SHAPES)[string]) => [...used, ...Object.values(ignored).flat()]

/** Models in which nothing has drifted, whatever the installed SDK says. */
const STILL: Models = {
  source: 'a model',
  instanceTypes: ['m1.small', ...NAMED_TYPES],
  membersOf: shape => (SHAPES[shape] === undefined ? undefined : listAll(SHAPES[shape])),
  valuesOf: name => ENUMS[name],
  operations: listAll(OPERATIONS),
  partitions: PARTITIONS.map(({ id, regions, dnsSuffix }) => ({ id, regions: regions.source, dnsSuffix })),
}

const runWith = async (models: Models, ...args: readonly string[]) => {
  const lines: string[] = []
  const add = (line: string) => void lines.push(line)
  return { code: await run(args, { out: add, err: add }, () => models), text: lines.join('\n') }
}

describe('models', () => {
  test('are known if they contain nothing new', () => {
    expect(compareWithModels(STILL, known)).toEqual([])
  })

  test.each<[string, Partial<Models>, string, readonly string[]]>([
    [
      'an instance type',
      { instanceTypes: [...STILL.instanceTypes, 'z9.nano'] },
      'Instance types that the catalogue does not name',
      ['z9.nano'],
    ],
    [
      'a member of an image',
      { membersOf: shape => [...(STILL.membersOf(shape) ?? []), ...(shape === 'Image' ? ['Gravity'] : [])] },
      'Members of Image: new',
      ['Gravity'],
    ],
    [
      'a boot mode',
      { valuesOf: name => [...(STILL.valuesOf(name) ?? []), ...(name === 'BootModeValues' ? ['coreboot'] : [])] },
      'Values of BootModeValues: new',
      ['coreboot'],
    ],
    [
      'a call that launches',
      { operations: [...STILL.operations, 'RunInstancesOnMoon'] },
      'Calls that may launch: new',
      ['RunInstancesOnMoon'],
    ],
    [
      'a partition',
      { partitions: [...STILL.partitions, { id: 'aws-moon', regions: '^moon-\\d$', dnsSuffix: 'moon.aws' }] },
      'Partitions: new or changed',
      ['aws-moon ^moon-\\d$ moon.aws'],
    ],
  ])('that have %s more are named, with what to do', (_, more, what, names) => {
    expect(compareWithModels({ ...STILL, ...more }, known)).toEqual([
      { what, names, todo: expect.stringMatching(/^(decide|change|npm)/) },
    ])
  })

  test('are also named if they lost a member or a shape', () => {
    const membersOf = (shape: string) =>
      shape === 'Instance' ? undefined : STILL.membersOf(shape)?.filter(name => name !== 'EnaSupport')
    const drifts = compareWithModels({ ...STILL, membersOf }, known)
    expect(drifts.map(({ what, names }) => [what, names])).toEqual([
      ['Members of Image: missing', ['EnaSupport']],
      ['Members of Instance: the model has none of this name', []],
      ['Members of RegisterImageRequest: missing', ['EnaSupport']],
    ])
  })

  test('that give a type of which the catalogue has facts no longer need it among the names', () => {
    expect(compareWithModels(STILL, { ...known, named: [...NAMED_TYPES, 'm1.small'] })).toEqual([
      expect.objectContaining({ names: ['m1.small'] }),
    ])
  })
})

describe('the installed SDK', () => {
  test('is read: types, shapes, enumerations, calls and partitions', () => {
    const models = readModels()
    expect(models.source).toMatch(/^@aws-sdk\/client-ec2 3\.\d+\.\d+$/)
    expect(models.instanceTypes.length).toBeGreaterThan(1400)
    for (const shape of Object.keys(SHAPES)) expect(models.membersOf(shape)?.length).toBeGreaterThan(10)
    for (const name of Object.keys(ENUMS)) expect(models.valuesOf(name)).toBeDefined()
    expect(models.operations).toEqual(expect.arrayContaining(['RunInstances', 'StartInstances', 'CreateFleet']))
    expect(models.partitions.map(({ id }) => id)).toEqual(expect.arrayContaining(['aws', 'aws-cn']))
    expect([models.membersOf('Moon'), models.valuesOf('Moon')]).toEqual([undefined, undefined])
  })
})

test('the parts that are marked as used are in the sources', () => {
  const sources = ['shared', 'cli', 'functions']
    .flatMap(top => readdirSync(top, { recursive: true, encoding: 'utf8' }).map(file => join(top, file)))
    .filter(file => file.endsWith('.ts'))
    .map(file => readFileSync(file, 'utf8'))
    .join('\n')
  const camel = (name: string) => name.charAt(0).toLowerCase() + name.slice(1)
  const unused = Object.values(SHAPES)
    .flatMap(({ used }) => used)
    .filter(name => !new RegExp(`\\b(?:${name}|${camel(name)})\\b`).test(sources))
  expect(unused).toEqual([])
})

describe('npm run drift', () => {
  test('exits 0 if nothing drifted, and 1 with a line for each kind if something did', async () => {
    expect(await runWith(STILL)).toMatchObject({ code: 0, text: expect.stringContaining('knows every name') })
    const moved = { ...STILL, instanceTypes: [...STILL.instanceTypes, 'z9.nano'] }
    const { code, text } = await runWith(moved)
    expect(code).toBe(1)
    expect(text).toContain('does not name: z9.nano; npm run drift -- --write-names')
  })

  test('writes the names of the types without facts', async () => {
    const table = join(folder, 'names.json')
    const models = { ...STILL, instanceTypes: ['z9.nano', 'm1.small', 'a9.nano'] }
    expect((await runWith(models, '--write-names', '--table', table)).code).toBe(0)
    expect(JSON.parse(readFileSync(table, 'utf8'))).toEqual({ source: 'a model', types: ['a9.nano', 'z9.nano'] })
  })

  test.each([
    ['--foo', "unknown option '--foo'"],
    ['--tabel', "unknown option '--tabel' (Did you mean --table?)"],
    ['x', 'x: nothing is expected there'],
    ['--table', "option '--table <file>' argument missing"],
  ])('says in one line what is wrong with %s, and where to look', async (word, what) => {
    expect(await runWith(STILL, word)).toEqual({
      code: 2,
      text: `error: npm run drift: ${what}; what there is: npm run drift -- --help`,
    })
  })
})
