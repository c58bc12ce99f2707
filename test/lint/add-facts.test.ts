import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import type { ImageFacts } from '../../shared/facts/facts.ts'
import { addImageFacts, listOpenImages } from '../../shared/lint/evaluate/add-facts.ts'
import { evaluateDeclaration } from '../../shared/lint/evaluate/evaluate-declaration.ts'
import type { Declaration } from '../../shared/lint/model/declaration.ts'
import { readFileText } from '../../shared/lint/readers/read-file.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'

const world = { policy: DEFAULT_POLICY, types: loadCatalogue(), now: new Date('2026-11-24T08:00:00Z') }
const ID = 'ami-0abcdef1234567890'

const readOnly = (ImageId: string, InstanceType = 't3.micro'): Declaration => {
  const template = { Resources: { Web: { Type: 'AWS::EC2::Instance', Properties: { ImageId, InstanceType } } } }
  const reading = readFileText(JSON.stringify(template))
  const [declaration] = 'declarations' in reading ? reading.declarations : []
  if (declaration === undefined) throw new Error('one resource is one declaration')
  return declaration
}

const evaluate = (declaration: Declaration) =>
  evaluateDeclaration(declaration, { world, file: 'web.json', all: true }).find(
    ({ rule }) => rule === 'incompatible-launch',
  )

const HVM: ImageFacts = {
  imageId: ID,
  virtualizationType: 'hvm',
  architecture: 'x86_64',
  rootDeviceType: 'ebs',
  enaSupport: true,
  bootMode: 'unset',
}

describe('facts from outside the file', () => {
  test('decide what the file leaves open, and say where they come from', () => {
    const declared = readOnly(ID)
    expect(evaluate(declared)?.status).toBe('UNKNOWN')
    const { declaration } = addImageFacts(declared, () => ({ facts: HVM, source: 'cache' }))
    expect(evaluate(declaration)?.status).toBe('PASSED')
    const arm = addImageFacts(declared, () => ({ facts: { ...HVM, architecture: 'arm64' }, source: 'live' }))
    expect(evaluate(arm.declaration)).toMatchObject({
      status: 'FAILED',
      reasons: ['ARCH_UNSUPPORTED'],
      factSources: { architecture: 'live' },
    })
  })

  test('have the limit that the owner of the image sets', () => {
    const limit = { supported: [], unsupported: ['t3.*'] }
    const { declaration } = addImageFacts(readOnly(ID), () => ({
      facts: { ...HVM, instanceTypeSpecification: limit },
      source: 'cache',
    }))
    expect(evaluate(declaration)).toMatchObject({ status: 'FAILED', reasons: ['TYPE_NOT_ALLOWED_BY_IMAGE'] })
  })

  test('are stronger than a name', () => {
    const named = readOnly('{{resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64}}')
    const { declaration, contradictions } = addImageFacts(named, () => ({
      facts: { ...HVM, architecture: 'arm64' },
      source: 'live',
    }))
    expect(evaluate(declaration)).toMatchObject({ status: 'FAILED', factSources: { architecture: 'live' } })
    expect(contradictions).toContainEqual({
      imageId: 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
      fact: 'architecture',
      counts: 'live',
      other: 'name',
    })
  })

  test('are weaker than the plan itself, and say so', () => {
    const declared = readOnly(ID)
    if (declared.kind === 'image') throw new Error('it launches')
    const planned = {
      ...declared,
      pairs: declared.pairs.map(pair => ({
        ...pair,
        image: { name: ID, facts: HVM, sources: { architecture: 'plan' as const } },
      })),
    }
    const { declaration, contradictions } = addImageFacts(planned, () => ({
      facts: { ...HVM, architecture: 'arm64' },
      source: 'cache',
    }))
    expect(evaluate(declaration)?.status).toBe('PASSED')
    expect(contradictions).toEqual([{ imageId: ID, fact: 'architecture', counts: 'plan', other: 'cache' }])
  })

  test('change nothing of images that nobody knows', () => {
    const declared = readOnly(ID)
    expect(addImageFacts(declared, () => undefined)).toEqual({ declaration: declared, contradictions: [] })
  })
})

test('an image is open as long as one deciding fact of it is', () => {
  const declared = readOnly(ID)
  expect(listOpenImages(declared)).toEqual([ID])
  const { declaration } = addImageFacts(declared, () => ({ facts: HVM, source: 'cache' }))
  expect(listOpenImages(declaration)).toEqual([])
})

test('more facts from outside never turn FAILED into PASSED', () => {
  const fact = fc.record(
    {
      virtualizationType: fc.constantFrom<'hvm' | 'paravirtual'>('hvm', 'paravirtual'),
      architecture: fc.constantFrom('x86_64', 'arm64', 'i386'),
      rootDeviceType: fc.constantFrom('ebs', 'instance-store'),
      enaSupport: fc.boolean(),
      bootMode: fc.constantFrom<'unset' | 'uefi'>('unset', 'uefi'),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fact, fact, fc.constantFrom('t1.micro', 't3.micro', 't4g.micro', 'm1.small'), (few, more, type) => {
      const declared = readOnly(ID, type)
      const status = (facts: ImageFacts) =>
        evaluate(addImageFacts(declared, () => ({ facts, source: 'cache' })).declaration)?.status
      if (status(few) === 'FAILED') expect(status({ ...more, ...few })).toBe('FAILED')
    }),
    { numRuns: 100 },
  )
})
