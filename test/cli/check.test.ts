import { existsSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { virtguard } from './run-cli.ts'

const TABLE = new URL('../../../shared/catalog/truth-table.json', `file://${__filename}`)
const FITTING =
  '{"ami":{"virtualizationType":"hvm","enaSupport":true,"architecture":"x86_64","bootMode":null,"rootDeviceType":"ebs"},"instanceType":"m5.large"}'

const ask = (stdin: string, ...args: string[]) => virtguard(['check', '-', ...args], { stdin })
const answers = (ndjson: string) => ndjson.split('\n').flatMap(line => (line === '' ? [] : JSON.parse(line)))

describe('check with questions on standard input', () => {
  const isThere = existsSync(TABLE)
  if (!isThere && process.env['CI']) throw new Error('../shared/catalog/truth-table.json is missing')
  ;(isThere ? test : test.skip)('the truth table', async () => {
    const { cases } = JSON.parse(readFileSync(TABLE, 'utf8'))
    const lines = cases.map(({ ami, instanceType }: Record<string, unknown>) => JSON.stringify({ ami, instanceType }))
    const { code, out } = await ask(`${lines.join('\n')}\n`)
    expect(answers(out)).toEqual(
      cases.map(({ instanceType, expect: expected }: { instanceType: string; expect: object }) => ({
        instanceType,
        ...expected,
      })),
    )
    expect(code).toBe(1)
  })

  test.each([
    [
      '{"ami":{"enaSupport":null,"virtualizationType":"hvm","architecture":"x86_64","rootDeviceType":"ebs"},"instanceType":"m5.large"}',
      false,
      ['ENA_REQUIRED', 'NVME_DRIVER_ADVISORY'],
      undefined,
    ],
    [
      '{"ami":{"virtualizationType":"hvm","architecture":"x86_64","rootDeviceType":"ebs"},"instanceType":"m5.large"}',
      null,
      ['NVME_DRIVER_ADVISORY'],
      ['enaSupport'],
    ],
    [
      '{"ami":{"virtualizationType":null,"enaSupport":true,"architecture":"x86_64","rootDeviceType":"ebs"},"instanceType":"m5.large"}',
      null,
      ['NVME_DRIVER_ADVISORY'],
      ['virtualizationType'],
    ],
    [
      '{"ami":{"virtualizationType":"hvm","enaSupport":true,"architecture":"x86_64","rootDeviceType":"ebs"},"instanceType":"no.such"}',
      null,
      [],
      ['instanceType'],
    ],
    [FITTING, true, ['NVME_DRIVER_ADVISORY'], undefined],
  ])('answers %s', async (question, compatible, reasons, missing) => {
    const { code, out } = await ask(`${question}\n`)
    const { instanceType } = JSON.parse(question)
    expect(out).toBe(`${JSON.stringify({ instanceType, compatible, reasons, missing })}\n`)
    expect(code).toBe(compatible === true ? 0 : 1)
  })

  test.each([
    ['{"ami":{},"instanceType"', 'not valid JSON; write one question a line: {"ami":{…},"instanceType":"…"}'],
    ['[]', 'the question: expected an object with ami and instanceType, got a list'],
    ['{"instanceType":"m5.large"}', 'ami: expected an object with the facts of the image, got nothing'],
    ['{"ami":{}}', 'instanceType: expected the name of a type, got nothing'],
    ['{"ami":{},"instanceType":5}', 'instanceType: expected the name of a type, got 5'],
    [
      '{"ami":{"virtualizationType":"pv"},"instanceType":"t1.micro"}',
      'ami.virtualizationType: expected hvm, paravirtual, got "pv"',
    ],
    [
      '{"ami":{"enaSupport":"yes"},"instanceType":"t1.micro"}',
      'ami.enaSupport: expected true, false or null, got "yes"',
    ],
    [
      '{"ami":{"bootMode":"bios"},"instanceType":"t1.micro"}',
      'ami.bootMode: expected legacy-bios, uefi, uefi-preferred, got "bios"',
    ],
    [
      '{"ami":{"architecture":"\\u001b[2J"},"instanceType":"t1.micro"}',
      'ami.architecture: expected i386, x86_64, arm64, x86_64_mac, arm64_mac, got "\\u001b[2J"',
    ],
    ['x'.repeat(2 << 20), 'longer than 1 MiB; write one question a line'],
  ])('reports a line that is no question in one error line, and answers the rest', async (bad, why) => {
    const { code, out, errLines } = await ask(`${FITTING}\n\n${bad}\r\n${FITTING}`)
    expect(errLines).toEqual([`virtguard: standard input:3: ${why}`])
    expect(answers(out)).toHaveLength(2)
    expect(code).toBe(2)
  })

  const WHOLE = '"virtualizationType":"hvm","enaSupport":true,"architecture":"x86_64","rootDeviceType":"ebs"'
  const UEFI_ON_T2 = { instanceType: 't2.micro', compatible: false, reasons: ['BOOT_MODE_UNSUPPORTED'] }

  test.each([
    ['camelCase, as CloudTrail', `{"ami":{${WHOLE},"bootMode":"uefi"},"instanceType":"t2.micro"}`],
    [
      'PascalCase, as DescribeImages, with all else that it says',
      '{"ami":{"VirtualizationType":"hvm","Architecture":"x86_64","RootDeviceType":"ebs","EnaSupport":true,"BootMode":"uefi","State":"available","Name":"a","OwnerId":"123456789012","Hypervisor":"xen","BlockDeviceMappings":[],"Tags":[],"DeprecationTime":"2030-01-01T00:00:00.000Z"},"InstanceType":"t2.micro"}',
    ],
    [
      'snake_case, as Terraform, whose empty texts say that there is none',
      '{"ami":{"virtualization_type":"hvm","architecture":"x86_64","root_device_type":"ebs","ena_support":true,"boot_mode":"uefi","tpm_support":"","deprecation_time":"","owner_id":"1","tags":{}},"instance_type":"t2.micro"}',
    ],
    ['a mixture', `{"ami":{${WHOLE},"boot_mode":"uefi"},"instanceType":"t2.micro"}`],
  ])('in %s ask the same', async (_, question) => {
    const { out, errLines } = await ask(`${question}\n`)
    expect(errLines).toEqual([])
    expect(answers(out)).toEqual([UEFI_ON_T2])
  })

  test.each([
    [
      `{"ami":{${WHOLE},"bootMod":"uefi"},"instanceType":"t2.micro"}`,
      'ami.bootMod: no such key; did you mean bootMode?',
    ],
    [`{"ami":{${WHOLE},"boot_mdoe":"uefi"},"instanceType":"t2.micro"}`, 'did you mean bootMode?'],
    [`{"ami":{${WHOLE},"x":"uefi"},"instanceType":"t2.micro"}`, 'ami.x: no such key; write virtualizationType,'],
    [`{"ami":{${WHOLE}},"instanceTyp":"t2.micro"}`, 'instanceTyp: no such key; did you mean instanceType?'],
    [
      `{"ami":{${WHOLE}},"bootMode":"uefi","instanceType":"t2.micro"}`,
      'bootMode: a fact of the image; write it into ami',
    ],
    [
      `{"ami":{${WHOLE},"bootMode":"uefi","boot_mode":null},"instanceType":"t2.micro"}`,
      'boot_mode: the same as bootMode',
    ],
    [`{"ami":{${WHOLE},"__proto__":{}},"instanceType":"t2.micro"}`, 'ami.__proto__: no such key'],
    [`{"ami":{${WHOLE},"state":"gone"},"instanceType":"t2.micro"}`, 'ami.state: expected available, pending,'],
    [
      `{"ami":{${WHOLE},"instanceTypeSpecification":{"supported":["t3.*"]}},"instanceType":"t2.micro"}`,
      'ami.instanceTypeSpecification.supported: no such key; write supportedInstanceTypes, unsupportedInstanceTypes',
    ],
    [
      `{"ami":{${WHOLE},"instanceTypeSpecification":{"supportedInstanceTypes":["t3 *"]}},"instanceType":"t2.micro"}`,
      'ami.instanceTypeSpecification.supportedInstanceTypes[0]: expected a type or a pattern such as m7i.*, got "t3 *"',
    ],
    [
      `{"ami":{${WHOLE},"instanceTypeSpecification":{"unsupportedInstanceTypes":["t3.**"]}},"instanceType":"t2.micro"}`,
      'ami.instanceTypeSpecification.unsupportedInstanceTypes[0]: expected a type or a pattern such as m7i.*, got "t3.**"',
    ],
  ])('no key is dropped in silence: %s', async (question, why) => {
    const { code, out, errLines } = await ask(`${question}\n`)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(errLines).toHaveLength(1)
    expect(errLines[0]).toContain(why)
  })

  test('an absent boot mode is not known, null is none', async () => {
    const question = (ami: string) => `{"ami":{${WHOLE}${ami}},"instanceType":"t2.micro"}\n`
    const { out } = await ask(question('') + question(',"bootMode":null'))
    expect(answers(out)).toEqual([
      { instanceType: 't2.micro', compatible: null, reasons: [], missing: ['bootMode'] },
      { instanceType: 't2.micro', compatible: true, reasons: [] },
    ])
  })

  test.each([
    '{"SupportedInstanceTypes":[{"InstanceType":"m7i.*"}]}',
    '{"supported_instance_types":["m7i.*"]}',
    '[{"supported_instance_types":["m7i.*"],"unsupported_instance_types":null}]',
    '{"supportedInstanceTypeSet":{"items":[{"instanceType":"m7i.*"}]},"unsupportedInstanceTypeSet":{}}',
  ])('the limit of an owner is read as each of them writes it: %s', async limit => {
    const ami = `{"ami":{${WHOLE},"bootMode":null,"instanceTypeSpecification":${limit}},"instanceType":`
    const { out } = await ask(`${ami}"m5.large"}\n${ami}"m7i.large"}\n`)
    expect(answers(out).map(({ compatible }) => compatible)).toEqual([false, true])
    expect(answers(out)[0].reasons).toContain('TYPE_NOT_ALLOWED_BY_IMAGE')
  })

  test('reads lines that arrive in any pieces', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 }), async sizes => {
        const bytes = Buffer.from(`\ufeff${FITTING}\r\n${FITTING}\n${FITTING}`)
        const pieces: Buffer[] = []
        let at = 0
        for (const size of [...sizes, bytes.length]) {
          pieces.push(bytes.subarray(at, at + size))
          at += size
        }
        const { code, out } = await virtguard(['check', '-'], { stdin: pieces })
        expect(answers(out)).toHaveLength(3)
        expect(code).toBe(0)
      }),
      { numRuns: 40 },
    ))

  test('questions that are compressed are refused with the command that decompresses them for check', async () => {
    const { code, errLines } = await virtguard(['check', '-'], { stdin: [gzipSync('{}')] })
    expect([code, errLines[0]]).toEqual([
      2,
      'virtguard: standard input: compressed with gzip; decompress it: gzip -dc FILE | virtguard check -',
    ])
  })

  test('says since when an image is deprecated, and nothing of one that will be', async () => {
    const deprecated = (time: string) => FITTING.replace('{"virt', `{"deprecationTime":"${time}","virt`)
    const { out } = await ask(`${deprecated('2020-01-31T12:00:00Z')}\n${deprecated('2999-01-31T12:00:00Z')}\n`)
    expect(answers(out).map(({ compatible, deprecationTime }) => [compatible, deprecationTime])).toEqual([
      [true, '2020-01-31T12:00:00Z'],
      [true, undefined],
    ])
    expect((await ask(deprecated('2020-01-31T12:00:00Z'), '--format', 'table')).out).toMatch(
      / yes +NVME_DRIVER_ADVISORY, deprecated$/m,
    )
  })

  test.each([
    ['', 'instanceTypeSpecification, imageState'],
    ['"instanceTypeSpecification":null,', 'imageState'],
    ['"instanceTypeSpecification":null,"imageState":"available",', undefined],
  ])('says which facts were not said and counted as none: given %s', async (given, named) => {
    const { errLines } = await ask(`${FITTING.replace('{"virt', `{${given}"virt`)}\n`.repeat(3))
    const line = `virtguard: not said, and taken for "the image has none": ${named}; write them, and the answers are sure`
    expect(errLines).toEqual(named === undefined ? [] : [line])
  })

  test('accepts empty standard input', async () => {
    const { code, errLines } = await virtguard(['check'], { stdin: '' })
    expect(code).toBe(2)
    expect(errLines).toEqual([
      'virtguard: standard input: empty; write one question a line: {"ami":{…},"instanceType":"…"}',
    ])
  })

  test('writes answers as a table, CSV and JSON', async () => {
    const two = `${FITTING}\n${FITTING.replace('"hvm"', '"paravirtual"')}\n`
    expect((await ask(two, '--format', 'table')).out).toContain(
      'm5.large               no         VIRT_TYPE_UNSUPPORTED',
    )
    expect((await ask(two, '--format', 'csv')).out).toBe(
      'instanceType,compatible,reasons,missing,deprecationTime\nm5.large,true,NVME_DRIVER_ADVISORY,,\nm5.large,false,VIRT_TYPE_UNSUPPORTED NVME_DRIVER_ADVISORY,,\n',
    )
    expect(JSON.parse((await ask(two, '--format', 'json')).out)).toHaveLength(2)
  })
})
