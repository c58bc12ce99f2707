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

  test('a swap of neighbours is one slip, not two', () => {
    expect(nearest('abdc', ['abxy', 'abcd'])).toBe('abcd')
    expect(nearest('ba', ['ab'])).toBe('ab')
  })
})
