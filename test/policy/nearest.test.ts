import { describe, expect, test } from '@jest/globals'
import { nearest } from '../../shared/policy/nearest.ts'

const WORDS = ['paravirtual-instance', 'paravirtual-image', 'xen-hypervisor', 'off', 'HIGH']

describe('nearest', () => {
  test.each([
    ['paravirtual-instanse', 'paravirtual-instance'],
    ['paravirtualinstance', 'paravirtual-instance'],
    ['paravirtual-imgae', 'paravirtual-image'],
    ['xenhypervisor', 'xen-hypervisor'],
    ['of', 'off'],
    ['high', 'HIGH'],
  ])('%s probably means %s', (word, expected) => {
    expect(nearest(word, WORDS)).toBe(expected)
  })

  test.each(['banana', '', 'zz', 'x'.repeat(100_000)])('a word like nothing gets no suggestion', word => {
    expect(nearest(word, WORDS)).toBeUndefined()
  })

  test('a word of more than 40 letters gets no suggestion, and none of no candidates', () => {
    expect(nearest('x'.repeat(40), ['x'.repeat(41)])).toBe('x'.repeat(41))
    expect(nearest('x'.repeat(41), ['x'.repeat(41)])).toBeUndefined()
    expect(nearest('off', [])).toBeUndefined()
  })

  test('two letters that are wrong beside each other are two slips, unless they are swapped', () => {
    expect(nearest('abc', ['axy'])).toBeUndefined()
    expect(nearest('abcd', ['axbd'])).toBeUndefined()
    expect(nearest('abcd', ['acxd'])).toBeUndefined()
    expect(nearest('abcd', ['cdab'])).toBeUndefined()
  })

  test('a letter more, less or other is one slip, however short the word', () => {
    expect(nearest('', ['a'])).toBe('a')
    expect(nearest('a', [''])).toBe('')
    expect(nearest('a', ['b'])).toBe('b')
    expect(nearest('a', ['bc'])).toBeUndefined()
  })

  test('letters that are only near to one another are no swap', () => {
    expect(nearest('xa', ['ay'])).toBeUndefined()
    expect(nearest('ax', ['ya'])).toBeUndefined()
  })

  test('a swap of neighbours is one slip, not two', () => {
    expect(nearest('abdc', ['abxy', 'abcd'])).toBe('abcd')
    expect(nearest('ba', ['ab'])).toBe('ab')
  })
})
