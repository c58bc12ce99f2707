import { nextFrame } from '../breath.ts'
import { type Item, LEVELS } from './item.ts'

export const SORTABLE = ['level', 'rule', 'resourceId', 'instanceType', 'accountId', 'region', 'message'] as const
export type SortField = (typeof SORTABLE)[number]
export type Sort = { readonly field: SortField; readonly descending: boolean }

const RANKS: ReadonlyMap<string, string> = new Map(LEVELS.map((level, index) => [level, String(LEVELS.length - index)]))

/** Levels are sorted by weight: ascending begins with PASSED. */
const createComparison = ({ field, descending }: Sort): ((a: Item, b: Item) => number) => {
  const getSortKey = (item: Item): string => (field === 'level' ? (RANKS.get(item.level) ?? '') : item[field])
  const sign = descending ? -1 : 1
  return (a, b) => {
    const left = getSortKey(a)
    const right = getSortKey(b)
    return left < right ? -sign : left > right ? sign : 0
  }
}

/** In order of one column, then as they were found. */
export const sortItems = (items: readonly Item[], sort: Sort): readonly Item[] => items.toSorted(createComparison(sort))

/** So many are sorted between two frames. */
const RUN = 5000

type Run = readonly Item[]

const mergeRuns = (a: Run, b: Run, compare: (a: Item, b: Item) => number): Run => {
  const merged: Item[] = []
  let left = 0
  let right = 0
  for (let one = a[left], other = b[right]; one !== undefined || other !== undefined; ) {
    if (other === undefined || (one !== undefined && compare(one, other) <= 0)) {
      if (one !== undefined) merged.push(one)
      left += 1
      one = a[left]
    } else {
      merged.push(other)
      right += 1
      other = b[right]
    }
  }
  return merged
}

/** The same order, with pauses: a browser goes on answering while 100,000 are sorted. */
export const sortPatiently = async (items: readonly Item[], sort: Sort): Promise<readonly Item[]> => {
  const compare = createComparison(sort)
  let runs: Run[] = []
  for (let start = 0; start < items.length; start += RUN) {
    runs.push(items.slice(start, start + RUN).toSorted(compare))
    await nextFrame()
  }
  while (runs.length > 1) {
    const merged: Run[] = []
    for (let index = 0; index < runs.length; index += 2) {
      merged.push(mergeRuns(runs[index] ?? [], runs[index + 1] ?? [], compare))
      await nextFrame()
    }
    runs = merged
  }
  return runs[0] ?? []
}

/** Remembers a sorted list: a filter is then only applied to it. */
export const createSorter = (items: readonly Item[]): ((sort: Sort) => Promise<readonly Item[]>) => {
  const orders = new Map<string, Promise<readonly Item[]>>()
  return sort => {
    const key = `${sort.field} ${sort.descending}`
    const order = orders.get(key) ?? sortPatiently(items, sort)
    orders.set(key, order)
    return order
  }
}
