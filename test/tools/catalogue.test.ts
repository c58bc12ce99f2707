import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DescribeInstanceTypesCommand, EC2Client, type InstanceTypeInfo } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { UserError } from '../../shared/errors.ts'
import { describeLive } from '../../tools/catalogue/live.ts'
import { run } from '../../tools/catalogue/run.ts'
import { hasReference, SOURCE_FILES } from '../support/reference-types.ts'
import { aDescribedType } from '../support/types.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'catalogue-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const at = (name: string): string => join(folder, name)

const file = (name: string, content: unknown): string => {
  writeFileSync(at(name), typeof content === 'string' ? content : JSON.stringify(content))
  return at(name)
}

const catalogue = async (...args: string[]) => {
  const out: string[] = []
  const err: string[] = []
  const code = await run(args, { out: line => out.push(line), err: line => err.push(line) })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

const SMALL = [
  aDescribedType(),
  aDescribedType({
    InstanceType: 'm5.metal',
    BareMetal: true,
    Hypervisor: undefined,
    SupportedBootModes: ['legacy-bios'],
  }),
  aDescribedType({ InstanceType: 'm1.small', Hypervisor: 'xen', SupportedVirtualizationTypes: ['paravirtual', 'hvm'] }),
]

const OLD = {
  InstanceTypes: [
    {
      ...aDescribedType({ InstanceType: 'old1.huge', Hypervisor: 'xen', EbsInfo: { NvmeSupport: 'unsupported' } }),
      InstanceStorageSupported: undefined,
      VCpuInfo: undefined,
      MemoryInfo: undefined,
    },
    aDescribedType({ InstanceType: 'old2.huge' }),
  ],
  Provenance: { 'old1.huge': { confidence: 'doc' }, 'old2.huge': { confidence: 'api-history' } },
}

const generate = (table: string, ...files: string[]) =>
  catalogue('generate', ...files, '--as-of', '2026-08-02', '--source', 'a test', '--table', table)

describe('catalogue generate', () => {
  test('writes a table that verify finds to hold its sources', async () => {
    const sources = [file('small.json', { InstanceTypes: SMALL }), file('old.json', OLD)]
    const made = await generate(at('table.json'), ...sources)
    expect(made).toMatchObject({ code: 0, err: '' })
    expect(made.out).toContain('5 types of 4 families')
    const proof = await catalogue('verify', ...sources, '--table', at('table.json'))
    expect(proof).toMatchObject({ code: 0, err: '' })
    expect(proof.out).toContain('reproduces every fact of 5 types (the very files it was generated from)')
  })

  test('writes the same bytes for the same facts in another order', async () => {
    const source = file('order.json', { InstanceTypes: SMALL })
    await generate(at('one.json'), source)
    file('order.json', { InstanceTypes: SMALL.toReversed() })
    await generate(at('two.json'), source)
    const facts = (name: string) => ({ ...JSON.parse(readFileSync(at(name), 'utf8')), inputs: [] })
    expect(JSON.stringify(facts('two.json'))).toBe(JSON.stringify(facts('one.json')))
  })

  test('marks what only documents know, and what EC2 no longer answers', async () => {
    await generate(at('old-table.json'), file('old.json', OLD))
    const { profiles, families } = JSON.parse(readFileSync(at('old-table.json'), 'utf8'))
    const [[index, sizes]] = Object.entries(families.old1) as [[string, string]]
    expect(sizes).toBe('huge')
    expect(profiles[Number(index)]).toMatch(/^hvm xen required unsupported unsupported .* partial retired$/)
    expect(profiles[Number(Object.keys(families.old2)[0])]).toMatch(/ ebs retired$/)
  })

  test.each([
    ['not JSON', 'a text', 'not JSON'],
    ['of another kind', { Reservations: [] }, 'not an answer of DescribeInstanceTypes: InstanceTypes is absent'],
    ['empty', { InstanceTypes: [] }, 'InstanceTypes is empty'],
    [
      'of a wrong field',
      { InstanceTypes: [{ ...SMALL[0], SupportedBootModes: 'uefi' }] },
      'InstanceTypes.0.SupportedBootModes is absent or of the wrong kind',
    ],
    [
      'short of a fact',
      { InstanceTypes: [SMALL[0], { ...SMALL[2], EbsInfo: {} }] },
      'InstanceTypes[1]: m1.small: EbsInfo.NvmeSupport is missing',
    ],
    [
      'with a name that is none',
      { InstanceTypes: [{ ...SMALL[0], InstanceType: 'm5' }] },
      "InstanceType 'm5' is not a type's name",
    ],
    [
      'with half a size',
      { InstanceTypes: [{ ...SMALL[0], MemoryInfo: undefined }] },
      'VCpuInfo and MemoryInfo belong together',
    ],
    ['with a type twice', { InstanceTypes: [SMALL[0], SMALL[0]] }, 'm5.large is also in'],
  ])('refuses a file that is %s, in one line', async (_, content, said) => {
    const { code, err } = await generate(at('never.json'), file('wrong.json', content))
    expect(code).toBe(2)
    expect(err).toContain(`${at('wrong.json')}: `)
    expect(err).toContain(said)
    expect(err.split('\n')).toHaveLength(1)
    expect(() => readFileSync(at('never.json'))).toThrow('ENOENT')
  })

  test.each([
    [['generate', 'nosuch.json', '--as-of', '2026-08-02', '--source', 'x'], 'nosuch.json: cannot be read (ENOENT)'],
    [['generate', 'x.json', '--source', 'x'], '--as-of is missing'],
    [['generate', 'x.json', '--as-of', '2026-02-30', '--source', 'x'], "'2026-02-30' is not a date"],
    [['generate', 'x.json', '--as-of', '2026-08-02'], '--source is missing'],
    [['generate'], 'nothing to read'],
    [['generate', '--live'], '--live needs --region'],
    [['generate', 'x.json', '--live', '--region', 'us-east-1'], '--live takes no files'],
    [['generate', '--nosuch'], 'unknown option'],
    [['verify'], 'missing required argument'],
    [['nosuch'], "unknown command 'nosuch'"],
  ])('answers %j in one line with exit code 2', async (args, said) => {
    const { code, err } = await catalogue(...args)
    expect(code).toBe(2)
    expect(err).toContain(said)
    expect(err.split('\n')).toHaveLength(1)
  })

  test('shows an example of its use', async () => {
    const { code, out } = await catalogue('--help')
    expect(code).toBe(0)
    expect(out).toContain('npm run catalogue -- verify types.json')
  })
})

describe('catalogue verify', () => {
  const made = async (): Promise<string> => {
    const source = file('base.json', { InstanceTypes: SMALL })
    await generate(at('checked.json'), source)
    return source
  }

  test('names every fact that the table has wrong', async () => {
    await made()
    const changed = file('changed.json', {
      InstanceTypes: [
        { ...SMALL[0], NetworkInfo: { EnaSupport: 'supported' }, MemoryInfo: { SizeInMiB: 4096 } },
        { ...SMALL[1], SupportedBootModes: ['uefi'] },
        SMALL[2],
      ],
    })
    const { code, err, out } = await catalogue('verify', changed, '--table', at('checked.json'))
    expect(code).toBe(1)
    expect(err.split('\n')).toEqual([
      'm5.large: ena is supported in the source, required in the table',
      'm5.large: memoryMiB is 4096 in the source, 8192 in the table',
      'm5.metal: bootModes is uefi in the source, legacy-bios in the table',
    ])
    expect(out).toContain('3 differences')
  })

  test('names types that only one side has', async () => {
    await made()
    const other = file('other.json', {
      InstanceTypes: [...SMALL.slice(1), aDescribedType({ InstanceType: 'm99.large' })],
    })
    const { code, err } = await catalogue('verify', other, '--table', at('checked.json'))
    expect(code).toBe(1)
    expect(err.split('\n')).toEqual([
      'm5.large: in the table, in no source',
      'm99.large: in a source, not in the table',
    ])
  })

  test('says so if the facts are the same and the bytes are not', async () => {
    await made()
    const spaced = file('spaced.json', JSON.stringify({ InstanceTypes: SMALL }, null, 2))
    const { code, out } = await catalogue('verify', spaced, '--table', at('checked.json'))
    expect(code).toBe(0)
    expect(out).toContain('not byte for byte')
  })

  test('refuses a table that is none, or that no longer decodes', async () => {
    const source = await made()
    expect(await catalogue('verify', source, '--table', source)).toMatchObject({ code: 2 })
    const table = JSON.parse(readFileSync(at('checked.json'), 'utf8'))
    const broken = file('broken.json', { ...table, profiles: ['hvm kvm'] })
    const { code, err } = await catalogue('verify', source, '--table', broken)
    expect(code).toBe(2)
    expect(err).toContain(`${broken}: not a table`)
  })
})

describe('the live answer of EC2', () => {
  const info = (name: string) => ({ ...aDescribedType(), InstanceType: name }) as InstanceTypeInfo

  test('is read to its last page, in an order of its own', async () => {
    const client = mockClient(EC2Client)
    client.on(DescribeInstanceTypesCommand).rejects(new Error('unexpected request'))
    client
      .on(DescribeInstanceTypesCommand, { MaxResults: 100, NextToken: undefined })
      .resolves({ InstanceTypes: [info('m5.large')], NextToken: 'more' })
    client
      .on(DescribeInstanceTypesCommand, { MaxResults: 100, NextToken: 'more' })
      .resolves({ InstanceTypes: [info('m1.small')] })
    const { text } = await describeLive('us-east-1', new EC2Client({ region: 'us-east-1' }))
    client.restore()
    expect(JSON.parse(text).InstanceTypes.map((type: InstanceTypeInfo) => type.InstanceType)).toEqual([
      'm1.small',
      'm5.large',
    ])
  })

  test('that does not come is reported in one line, as the user can repair it', async () => {
    const client = mockClient(EC2Client)
    client
      .on(DescribeInstanceTypesCommand)
      .rejects(Object.assign(new Error('not authorized\nmore'), { name: 'UnauthorizedOperation' }))
    await expect(describeLive('us-east-1', new EC2Client({ region: 'us-east-1' }))).rejects.toThrow(
      new UserError('DescribeInstanceTypes in us-east-1: UnauthorizedOperation: not authorized'),
    )
    client.restore()
  })
})

describe('the built-in table', () => {
  const whenThere = hasReference() ? test : test.skip
  whenThere('holds what its sources hold, to the byte', async () => {
    const { code, out, err } = await catalogue('verify', ...SOURCE_FILES)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('1405 types (the very files')
  })
})
