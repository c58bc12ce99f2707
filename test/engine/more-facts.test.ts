// What a rule found stays found, whatever else becomes known: reading more of EC2 clears nobody.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import type { ImageFacts, InstanceFacts, Subject } from '../../shared/facts/facts.ts'
import { createImageResource, createInstanceResource } from '../../shared/facts/resource.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { RULES } from '../../shared/rules/registry.ts'
import { refusedLaunch } from '../support/findings.ts'

const PLACE = { accountId: '123456789012', region: 'eu-west-1' }
const types = loadCatalogue()

const IMAGE = {
  imageId: fc.constant('ami-0abcdef1234567890'),
  virtualizationType: fc.constantFrom('hvm' as const, 'paravirtual' as const),
  enaSupport: fc.boolean(),
  architecture: fc.constantFrom('i386', 'x86_64', 'arm64'),
  bootMode: fc.constantFrom('legacy-bios' as const, 'uefi' as const, 'uefi-preferred' as const, 'unset' as const),
  rootDeviceType: fc.constantFrom('ebs', 'instance-store'),
}

const images: fc.Arbitrary<ImageFacts> = fc.record({
  ...IMAGE,
  tpmSupport: fc.constantFrom('v2.0', 'unset'),
  imageState: fc.constantFrom('available', 'pending', 'disabled'),
  instanceTypeSpecification: fc.constantFrom(
    'unset' as const,
    { supported: ['m7i.*', '*xlarge'], unsupported: [] },
    { supported: [], unsupported: ['t2.*', 'm5.large'] },
  ),
})

const TYPE_NAMES = ['t1.micro', 't2.small', 'm1.small', 'r4.large', 'x1.16xlarge', 'm5.large', 'm5.metal', 'zz9.large']
const instances: fc.Arbitrary<InstanceFacts> = fc.record({ ...IMAGE, instanceType: fc.constantFrom(...TYPE_NAMES) })

const known = <T extends object>(facts: T, names: readonly string[]): Partial<T> =>
  Object.fromEntries(Object.entries(facts).filter(([name]) => names.includes(name))) as Partial<T>

/** What is known first, and what is known in the end. */
const pairs = <T extends object>(all: fc.Arbitrary<T>): fc.Arbitrary<readonly [Partial<T>, T]> =>
  all.chain(facts => fc.subarray(Object.keys(facts)).map(names => [known(facts, names), facts] as const))

const asInstance = (instance: InstanceFacts): Subject => ({
  kind: 'instance',
  resource: createInstanceResource(PLACE, 'i-0123456789abcdef0'),
  instance,
})
const asImage = (image: ImageFacts): Subject => ({
  kind: 'image',
  resource: createImageResource(PLACE, 'ami-0abcdef1234567890'),
  image,
})
const asRefused = (image: ImageFacts): Subject => refusedLaunch({ image, instanceType: 't2.small' })

describe.each(RULES.map(rule => [rule.id, rule] as const))('%s', (id, rule) => {
  const options = DEFAULT_POLICY.rules[id]?.options ?? {}
  const holds = (before: Subject, after: Subject): void => {
    const [first, last] = [before, after].map(subject => rule.check(subject, types, options))
    if (first?.status === 'FAILED') expect(last?.status).toBe('FAILED')
  }

  test('never takes back by more facts what it found', () => {
    fc.assert(
      fc.property(pairs(instances), ([some, all]) => holds(asInstance(some), asInstance(all))),
      { numRuns: 2000 },
    )
    fc.assert(
      fc.property(pairs(images), ([some, all]) => holds(asImage(some), asImage(all))),
      { numRuns: 2000 },
    )
    fc.assert(fc.property(pairs(images), ([some, all]) => holds(asRefused(some), asRefused(all))))
  })
})
