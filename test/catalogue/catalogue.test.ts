import { describe, expect, test } from '@jest/globals'
import { addTypes, CATALOGUE_DATE, loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { getFamily } from '../../shared/catalogue/family.ts'
import { encodeProfile } from '../../shared/catalogue/profile.ts'
import { openTable } from '../../shared/catalogue/table.ts'
import table from '../../shared/catalogue/types.json' with { type: 'json' }
import { documented, hasReference, rawTypes } from '../support/reference-types.ts'
import { aType, NO_TYPES, writtenOut } from '../support/types.ts'

const listed = (types = loadCatalogue()) => types.profiles().flatMap(profile => profile.types())

describe('the built-in catalogue', () => {
  test('knows the day of its facts', () => {
    expect(CATALOGUE_DATE).toMatch(/^20\d\d-\d\d-\d\d$/)
  })

  test('knows what a type is, with its size', () => {
    expect(loadCatalogue().get('m1.small')).toMatchObject({
      instanceType: 'm1.small',
      hypervisor: 'xen',
      virtualizationTypes: ['hvm', 'paravirtual'],
      vCpus: 1,
      memoryMiB: 1740,
      partial: false,
    })
  })

  test.each([
    'm5',
    'm5.',
    'm5.huge',
    'nosuch.large',
    '',
    '.',
    'constructor.name',
    '__proto__.x',
    'toString',
    'M5.LARGE',
  ])('does not know %j', name => expect(loadCatalogue().get(name)).toBeUndefined())

  test('lists every type in exactly one profile, whose facts are those of each of its types', () => {
    expect(new Set(listed()).size).toBe(listed().length)
    for (const { facts, types } of writtenOut(loadCatalogue())) {
      expect(types).toContain(facts.instanceType)
      for (const name of types) {
        const own = loadCatalogue().get(name)
        expect(own?.instanceType).toBe(name)
        expect(own && encodeProfile(own)).toBe(encodeProfile(facts))
      }
    }
    expect(
      new Set(
        loadCatalogue()
          .profiles()
          .map(({ facts }) => encodeProfile(facts)),
      ).size,
    ).toBe(loadCatalogue().profiles().length)
  })

  test.each(['built in', 'with others added'])('counts the types of each profile by family: %s', which => {
    const added = [aType({ instanceType: 'm99.large' }), aType({ instanceType: 'm1.small' })]
    for (const { families, types } of writtenOut(
      which === 'built in' ? loadCatalogue() : addTypes(loadCatalogue(), added),
    )) {
      const counts = new Map<string, number>()
      for (const name of types) counts.set(getFamily(name), (counts.get(getFamily(name)) ?? 0) + 1)
      expect(new Map(families.map(({ name, count }) => [name, count]))).toEqual(counts)
      expect(families).toHaveLength(counts.size)
    }
  })

  test('gives the same answer whatever was asked before', () => {
    const fresh = openTable(table)
    fresh.get('u7i-12tb.224xlarge')
    expect(writtenOut(fresh)).toEqual(writtenOut(openTable(table)))
  })

  const whenThere = hasReference() ? test : test.skip
  whenThere('holds, of every recorded type, what the record says', () => {
    const raw = rawTypes()
    const docs = documented()
    for (const record of raw) {
      const found = loadCatalogue().get(record.InstanceType)
      const storage =
        docs.has(record.InstanceType) && record.InstanceStorageSupported === undefined ? 'unsupported' : 'none'
      expect([record.InstanceType, found?.hypervisor, found?.ena, found?.nvmeEbs, found?.nvmeLocal]).toEqual([
        record.InstanceType,
        record.Hypervisor ?? 'none',
        record.NetworkInfo.EnaSupport,
        record.EbsInfo.NvmeSupport,
        record.InstanceStorageInfo?.NvmeSupport ?? storage,
      ])
      expect([found?.vCpus, found?.memoryMiB]).toEqual([record.VCpuInfo?.DefaultVCpus, record.MemoryInfo?.SizeInMiB])
      expect(found?.partial).toBe(docs.has(record.InstanceType))
      expect(new Set(found?.virtualizationTypes)).toEqual(new Set(record.SupportedVirtualizationTypes))
      expect(new Set(found?.bootModes)).toEqual(new Set(record.SupportedBootModes))
      expect(new Set(found?.architectures)).toEqual(new Set(record.ProcessorInfo.SupportedArchitectures))
      expect(new Set(found?.rootDeviceTypes)).toEqual(new Set(record.SupportedRootDeviceTypes))
    }
    expect(listed().toSorted()).toEqual(raw.map(record => record.InstanceType).toSorted())
  })
})

describe('types that are added to the catalogue', () => {
  test('are known beside the others', () => {
    const types = addTypes(loadCatalogue(), [aType({ instanceType: 'm99.large' })])
    expect(types.get('m99.large')?.vCpus).toBe(2)
    expect(types.get('m5.large')).toBe(loadCatalogue().get('m5.large'))
    expect(listed(types).length).toBe(listed().length + 1)
  })

  test('join the profile that they share', () => {
    const types = addTypes(loadCatalogue(), [aType({ instanceType: 'm99.large', nitroTpm: 'supported' })])
    expect(types.profiles().length).toBe(loadCatalogue().profiles().length)
    expect(writtenOut(types).find(profile => profile.types.includes('m99.large'))?.types).toContain('m5.large')
  })

  test('replace what was known of them', () => {
    const types = addTypes(loadCatalogue(), [aType({ instanceType: 'm1.small' })])
    expect(types.get('m1.small')?.hypervisor).toBe('nitro')
    expect(listed(types).toSorted()).toEqual(listed().toSorted())
    const profile = writtenOut(types).find(each => each.types.includes('m1.small'))
    expect(profile?.facts.hypervisor).toBe('nitro')
  })

  test('leave no profile without types, nor one represented by a type that left it', () => {
    const base = addTypes(NO_TYPES, [
      aType({ instanceType: 'a.a', ena: 'supported' }),
      aType({ instanceType: 'a.b', ena: 'supported' }),
    ])
    const types = addTypes(base, [aType({ instanceType: 'a.a' })])
    const families = [{ name: 'a', count: 1 }]
    expect(writtenOut(types)).toEqual([
      { facts: aType({ instanceType: 'a.b', ena: 'supported' }), families, types: ['a.b'] },
      { facts: aType({ instanceType: 'a.a' }), families, types: ['a.a'] },
    ])
    expect(addTypes(types, [aType({ instanceType: 'a.b' })]).profiles().length).toBe(1)
  })

  test('do not change the catalogue itself', () => {
    const before = JSON.stringify(writtenOut(loadCatalogue()))
    writtenOut(addTypes(loadCatalogue(), [aType({ instanceType: 'm99.large' }), aType({ instanceType: 'm1.small' })]))
    expect(JSON.stringify(writtenOut(loadCatalogue()))).toBe(before)
  })

  test('count once each if they repeat, and the last one counts', () => {
    const types = addTypes(NO_TYPES, [aType({ ena: 'supported' }), aType()])
    expect(writtenOut(types)).toEqual([{ facts: aType(), families: [{ name: 'm5', count: 1 }], types: ['m5.large'] }])
  })
})
