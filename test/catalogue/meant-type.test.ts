import { describe, expect, test } from '@jest/globals'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { findMeantType } from '../../shared/catalogue/meant-type.ts'
import { isNewerType, NAMED_TYPES } from '../../shared/catalogue/named-types.ts'

const types = loadCatalogue()
const names = types.profiles().flatMap(profile => profile.types())

describe('a misspelt type', () => {
  test.each([
    ['t3.mirco', 't3.micro'],
    ['m5.lagre', 'm5.large'],
    ['m7g.lagre', 'm7g.large'],
    ['c7gx.large', 'c7g.large'],
    ['t3-micro', 't3.micro'],
    [' T3.Micro', 't3.micro'],
  ])('%s means %s', (word, meant) => {
    expect(findMeantType(word, names)).toBe(meant)
  })

  test.each(['m9q.large', 'x9.large', 'zz.large', 'c99x.large'])('%s is of no family that is known', word => {
    expect(findMeantType(word, names)).toBeUndefined()
  })

  test('with processors of NVIDIA is never taken for one with x86, nor the other way round', () => {
    const both = ['p6-b200.48xlarge', 'p6e-gb200.36xlarge']
    expect(findMeantType('p6e-gb20.36xlarge', both)).toBe('p6e-gb200.36xlarge')
    expect(findMeantType('p6e-b200.36xlarge', ['p6e-gb200.36xlarge'])).toBeUndefined()
  })

  test('of any family is never taken for a type of another architecture, not even if there is no other', () => {
    const isArm = (name: string) => types.get(name)?.architectures.some(each => each.startsWith('arm64')) === true
    const oneOfEach = [...new Map(names.map(name => [name.split('.')[0], name])).values()]
    for (const name of oneOfEach) {
      const others = oneOfEach.filter(other => isArm(other) !== isArm(name))
      expect(findMeantType(name.slice(0, -1), others)).toBeUndefined()
    }
  })

  test.each(['m9i.large', 'r9i.large', 't5g.micro', 'c9g.large', 'x9.large'])(
    '%s is never taken for a type of another architecture',
    word => {
      const meant = findMeantType(word, names)
      const isArm = /^\w\d+g/.test(word)
      expect(meant === undefined || types.get(meant)?.architectures.includes('arm64') === isArm).toBe(true)
    },
  )
})

test('a type that AWS names and the catalogue has no facts of is newer, and known by its name alone', () => {
  expect(NAMED_TYPES.length).toBeGreaterThan(0)
  for (const name of NAMED_TYPES) {
    expect(types.get(name)).toBeUndefined()
    expect(isNewerType(name)).toBe(true)
  }
  expect([isNewerType('m1.small'), isNewerType('z9.nano')]).toEqual([false, false])
})
