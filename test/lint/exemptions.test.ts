import { describe, expect, test } from '@jest/globals'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { evaluateDeclaration } from '../../shared/lint/evaluate/evaluate-declaration.ts'
import { readFileText } from '../../shared/lint/readers/read-file.ts'
import { parsePolicy } from '../../shared/policy/load.ts'
import { ARM, anInstance, aTemplate, evaluateTemplate, stored, X86 } from './templates.ts'

const WHOLE = { rule: 'incompatible-launch', reason: 'a new image comes', owner: 'ops', expires: '2026-11-24' }

/** The findings of a misfit, or of what fits, with an exemption in its metadata. */
const evaluate = (exempt: unknown, image = ARM) => {
  const web = anInstance(stored(image), 't3.micro', { Metadata: { virtguard: { exempt } } })
  const { findings, notices } = evaluateTemplate(aTemplate({ Web: web }))
  return { notices, findings: findings.filter(({ status }) => status !== 'PASSED') }
}

describe('an exemption in the metadata of a resource', () => {
  test('is that of its rule, until the end of its last day', () => {
    const { findings, notices } = evaluate([WHOLE])
    expect(findings).toMatchObject([
      {
        rule: 'incompatible-launch',
        status: 'FAILED',
        workflow: 'SUPPRESSED',
        exemption: { reason: 'a new image comes', owner: 'ops', expires: '2026-11-24' },
        action: { decision: 'alert-only', code: 'EXEMPT' },
      },
    ])
    expect(notices).toEqual([])
  })

  test('is none of another rule', () =>
    expect(evaluate([{ ...WHOLE, rule: 'xen-hypervisor' }]).findings).toMatchObject([{ workflow: 'NEW' }]))

  test('that has ended is a finding of its own, whether the resource fits now or not', () => {
    const ended = {
      rule: 'incompatible-launch',
      workflow: 'NEW',
      reasons: ['EXEMPTION_ENDED'],
      message: 'Web was exempt from incompatible-launch until 2026-11-23 (ops): a new image comes',
    }
    const before = [{ ...WHOLE, expires: '2026-11-23' }]
    expect(evaluate(before).findings).toMatchObject([{ workflow: 'NEW', reasons: ['ARCH_UNSUPPORTED'] }, ended])
    expect(evaluate(before, X86).findings).toMatchObject([ended])
    const ids = evaluate(before).findings.map(({ id }) => id)
    expect(new Set(ids).size).toBe(2)
  })

  test.each([
    ['without a reason', { ...WHOLE, reason: ' ' }],
    ['without an owner', { ...WHOLE, owner: undefined }],
    ['without an end', { ...WHOLE, expires: undefined }],
    ['with an end that is no day', { ...WHOLE, expires: '2026-13-41' }],
    ['of a rule that is none', { ...WHOLE, rule: '*' }],
    ['that is no object', 'all'],
  ])('%s counts as none, and is worth a line', (_, exempt) => {
    const { findings, notices } = evaluate([exempt])
    expect(findings).toMatchObject([{ workflow: 'NEW' }])
    expect(notices).toEqual([expect.stringContaining('Web has an exemption that counts as none')])
  })
})

describe('an exemption of the policy by address', () => {
  const evaluateWith = (match: string, expires = '2026-11-24', rule = 'incompatible-launch', image = ARM) => {
    const policy = parsePolicy(
      `version: 1\nexemptions:\n  - { rule: "${rule}", match: ${match}, reason: replaced, owner: ops, expires: ${expires} }\n`,
      'policy.yaml',
    )
    const world = { policy, types: loadCatalogue(), now: new Date('2026-11-24T08:00:00Z') }
    const template = aTemplate({ Web: anInstance(stored(image), 't3.micro') })
    const reading = readFileText(JSON.stringify(template), { constructs: new Map([['Web', 'App/Fleet/Web']]) })
    if ('unreadable' in reading) throw new Error(reading.unreadable)
    return reading.declarations.flatMap(one => evaluateDeclaration(one, { world, file: 'p.json', all: false }))
  }

  test.each([
    '{ address: Web }',
    '{ address: "W*" }',
    '{ address: App/Fleet/Web }',
    '{ address: "App/*", instanceType: "t3.*" }',
  ])('%s is that of the resource, by its id or by the path of its construct', match =>
    expect(evaluateWith(match)).toMatchObject([
      { workflow: 'SUPPRESSED', exemption: { reason: 'replaced', owner: 'ops', expires: '2026-11-24' } },
    ]),
  )

  test.each(['{ address: Other }', '{ address: web }', '{ address: Web, instanceType: "m7i.*" }'])(
    '%s is not that of the resource',
    match => expect(evaluateWith(match)).toMatchObject([{ workflow: 'NEW', reasons: ['ARCH_UNSUPPORTED'] }]),
  )

  test.each(['incompatible-launch', '*'])(
    'from %s that has ended is one finding more, whether the resource fits or not',
    rule => {
      const ended = {
        rule: 'incompatible-launch',
        workflow: 'NEW',
        reasons: ['EXEMPTION_ENDED'],
        message: 'Web was exempt from incompatible-launch until 2026-11-23 (ops): replaced',
      }
      const misfit = { workflow: 'NEW', reasons: ['ARCH_UNSUPPORTED'] }
      expect(evaluateWith('{ address: Web }', '2026-11-23', rule)).toMatchObject([misfit, ended])
      expect(evaluateWith('{ address: Web }', '2026-11-23', rule, X86)).toMatchObject([ended])
      expect(evaluateWith('{ address: Other }', '2026-11-23', rule, X86)).toEqual([])
      expect(evaluateWith('{ instanceType: t3.micro }', '2026-11-23', rule, X86)).toEqual([])
    },
  )
})
