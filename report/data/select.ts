import type { Item } from './item.ts'

/** The values by which findings can be filtered, one each. */
export const FACETS = ['level', 'rule', 'accountId', 'region', 'family'] as const
export type Facet = (typeof FACETS)[number]

export type Filter = { readonly text: string } & Readonly<Record<Facet, string>>

export const NO_FILTER: Filter = { text: '', level: '', rule: '', accountId: '', region: '', family: '' }

/** Those that the filter lets pass: each word of its text, and each facet that has a value. */
export const selectItems = (items: readonly Item[], filter: Filter): readonly Item[] => {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean)
  const facets = FACETS.filter(facet => filter[facet] !== '')
  if (words.length === 0 && facets.length === 0) return items
  return items.filter(
    item => facets.every(facet => item[facet] === filter[facet]) && words.every(word => item.haystack.includes(word)),
  )
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

export type Count = { readonly value: string; readonly total: number; readonly levels: ReadonlyMap<string, number> }

/** How many findings each value of a facet has, most first. */
export const countBy = (items: readonly Item[], facet: Facet): readonly Count[] => {
  const counts = new Map<string, { total: number; levels: Map<string, number> }>()
  for (const item of items) {
    const value = item[facet]
    let count = counts.get(value)
    if (count === undefined) {
      count = { total: 0, levels: new Map() }
      counts.set(value, count)
    }
    count.total += 1
    count.levels.set(item.level, (count.levels.get(item.level) ?? 0) + 1)
  }
  return [...counts]
    .map(([value, count]) => ({ value, ...count }))
    .toSorted((a, b) => b.total - a.total || compare(a.value, b.value))
}
