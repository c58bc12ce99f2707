import { describe, expect, test } from '@jest/globals'
import { findNearest } from '../../shared/text/nearest-word.ts'

const WORDS = ['paravirtual-instance', 'paravirtual-image', 'xen-hypervisor', 'off', 'HIGH']

describe('the proposal for a misspelt word', () => {
  test.each([
    ['paravirtual-instanse', 'paravirtual-instance'],
    ['paravirtualinstance', 'paravirtual-instance'],
    ['paravirtual-imgae', 'paravirtual-image'],
    ['xenhypervisor', 'xen-hypervisor'],
    ['of', 'off'],
    ['high', 'HIGH'],
  ])('for %s is %s', (word, expected) => {
    expect(findNearest(word, WORDS)).toBe(expected)
  })

  test.each(['banana', '', 'zz', 'x'.repeat(100_000)])('is absent for a word that is like nothing', word => {
    expect(findNearest(word, WORDS)).toBeUndefined()
  })

  test('is absent for a word of more than 40 letters, and without candidates', () => {
    expect(findNearest('x'.repeat(40), ['x'.repeat(41)])).toBe('x'.repeat(41))
    expect(findNearest('x'.repeat(41), ['x'.repeat(41)])).toBeUndefined()
    expect(findNearest('off', [])).toBeUndefined()
  })

  test('accepts two wrong letters beside each other as two slips, unless they are swapped', () => {
    expect(findNearest('abc', ['axy'])).toBeUndefined()
    expect(findNearest('abcd', ['axbd'])).toBeUndefined()
    expect(findNearest('abcd', ['acxd'])).toBeUndefined()
    expect(findNearest('abcd', ['cdab'])).toBeUndefined()
  })

  test('accepts a letter more, less or other as one slip, however short the word', () => {
    expect(findNearest('', ['a'])).toBe('a')
    expect(findNearest('a', [''])).toBe('')
    expect(findNearest('a', ['b'])).toBe('b')
    expect(findNearest('a', ['bc'])).toBeUndefined()
  })

  test('accepts letters that are only near to one another as no swap', () => {
    expect(findNearest('xa', ['ay'])).toBeUndefined()
    expect(findNearest('ax', ['ya'])).toBeUndefined()
  })

  test('accepts a swap of neighbours as one slip, not two', () => {
    expect(findNearest('abdc', ['abxy', 'abcd'])).toBe('abcd')
    expect(findNearest('ba', ['ab'])).toBe('ab')
  })
})
