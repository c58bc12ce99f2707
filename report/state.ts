import type { Item } from './data/item.ts'
import { type Filter, NO_FILTER, selectItems } from './data/select.ts'

/** The reader's choice. */
export type State = {
  readonly all: readonly Item[]
  readonly filter: () => Filter
  readonly selected: () => readonly Item[]
  /** Changes a part of the filter. Listeners are called once for each change. */
  readonly change: (part: Partial<Filter>) => void
  readonly onChange: (listener: () => void) => void
}

export const createState = (items: readonly Item[]): State => {
  let filter = NO_FILTER
  let selected = selectItems(items, filter)
  const listeners: (() => void)[] = []
  return {
    all: items,
    filter: () => filter,
    selected: () => selected,
    change: part => {
      filter = { ...filter, ...part }
      selected = selectItems(items, filter)
      for (const listener of listeners) listener()
    },
    onChange: listener => {
      listeners.push(listener)
    },
  }
}
