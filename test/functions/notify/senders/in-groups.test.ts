import { expect, test } from '@jest/globals'
import { chunkBySize } from '../../../../functions/notify/senders/in-groups.ts'

/** A thing whose JSON has so many bytes. */
const ofBytes = (bytes: number): string => 'x'.repeat(bytes - 2)

const sizes = (bytes: readonly number[], limit: { most: number; bytes: number }): readonly number[] =>
  chunkBySize(bytes.map(ofBytes), limit).map(({ length }) => length)

test.each<[string, number[], { most: number; bytes: number }, number[]]>([
  ['that fill a group exactly stay together', [4, 4, 4, 4], { most: 10, bytes: 8 }, [2, 2]],
  ['of which one more would be too large begin another group', [4, 4, 4], { most: 10, bytes: 11 }, [2, 1]],
  ['are counted anew in each group', [6, 6, 3, 3], { most: 10, bytes: 9 }, [1, 2, 1]],
  ['that are small are limited by their number', [3, 3, 3, 3, 3], { most: 2, bytes: 100 }, [2, 2, 1]],
  ['that are too large are each alone', [20, 20], { most: 10, bytes: 9 }, [1, 1]],
])('items %s', (_, bytes, limit, groups) => {
  expect(sizes(bytes, limit)).toEqual(groups)
})

test('groups are limited by bytes and not by characters', () => {
  expect(chunkBySize(['é', 'é'], { most: 10, bytes: 7 })).toEqual([['é'], ['é']])
})
