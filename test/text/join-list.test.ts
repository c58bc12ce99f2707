import { expect, test } from '@jest/globals'
import { joinList } from '../../shared/text/join-list.ts'

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c'], 'a, b and c'],
])('%j is said as "%s"', (words, said) => {
  expect(joinList(words)).toBe(said)
})
