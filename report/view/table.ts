import {
  AjaxModule,
  type Answer,
  type Asked,
  type ColumnDefinition,
  FormatModule,
  InteractionModule,
  PageModule,
  ResizeColumnsModule,
  ResizeTableModule,
  SortModule,
  Tabulator,
} from 'tabulator-tables'
import type { Item } from '../data/item.ts'
import { SORTABLE, type Sort, type SortField, sortItems } from '../data/select.ts'
import { button, byId, make } from '../element.ts'
import type { State } from '../state.ts'
import { badge } from './levels.ts'
import { moveByKeys } from './row-keys.ts'

Tabulator.registerModule([
  AjaxModule,
  FormatModule,
  InteractionModule,
  PageModule,
  ResizeColumnsModule,
  ResizeTableModule,
  SortModule,
])

const PAGE_SIZES = [50, 100, 250, 500]

/** Asks for the rows of a page, and knows which findings these are. */
type Pages = { readonly answer: (asked: Asked) => Answer; readonly itemAt: (position: number) => Item | undefined }

const isSortField = (field: string): field is SortField => SORTABLE.some(each => each === field)

// Sorted anew only where something has changed: turning a page of 100,000 costs nothing.
const pagesOf = (state: State): Pages => {
  let from: readonly Item[] | undefined
  let sort: Sort = { field: 'level', descending: true }
  let sorted: readonly Item[] = []
  const sortBy = (wanted: Sort): void => {
    if (from === state.selected() && wanted.field === sort.field && wanted.descending === sort.descending) return
    from = state.selected()
    sort = wanted
    sorted = sortItems(from, sort)
  }
  return {
    answer: ({ page = 1, size = 100, sort: [first] = [] }) => {
      const field = first?.field ?? 'level'
      sortBy({ field: isSortField(field) ? field : 'level', descending: first === undefined || first.dir === 'desc' })
      const start = (page - 1) * size
      const data = sorted.slice(start, start + size).map((item, index) => ({ item, position: start + index }))
      return { data, last_page: Math.max(1, Math.ceil(sorted.length / size)), last_row: sorted.length }
    },
    itemAt: position => sorted[position],
  }
}

type Placed = { readonly item: Item; readonly position: number }

const isPlaced = (data: unknown): data is Placed =>
  typeof data === 'object' && data !== null && 'item' in data && 'position' in data

const column = (
  title: string,
  field: SortField,
  show: (item: Item, position: number) => HTMLElement | string,
  more: Partial<ColumnDefinition> = {},
): ColumnDefinition => ({
  title,
  field,
  headerSortStartingDir: field === 'level' ? 'desc' : 'asc',
  titleFormatter: () => make('button', { type: 'button', class: 'head' }, title),
  formatter: cell => {
    const data = cell.getRow().getData()
    if (!isPlaced(data)) return make('span')
    const shown = show(data.item, data.position)
    return typeof shown === 'string' ? make('span', {}, shown) : shown
  },
  ...more,
})

const columns = (open: (position: number) => void): readonly ColumnDefinition[] => [
  column('Level', 'level', ({ level }) => badge(level), { width: 112 }),
  column(
    'Resource',
    'resourceId',
    ({ resourceId }, position) =>
      button(resourceId, () => open(position), { class: 'link mono', tabindex: '-1', 'aria-haspopup': 'dialog' }),
    { width: 186 },
  ),
  column('Rule', 'rule', ({ rule }) => rule, { width: 170 }),
  column('Type', 'instanceType', ({ instanceType }) => instanceType, { width: 110 }),
  column('Account', 'accountId', ({ accountId }) => accountId, { width: 124 }),
  column('Region', 'region', ({ region }) => region, { width: 130 }),
  column('What', 'message', ({ message }) => message, {
    minWidth: 260,
    widthGrow: 1,
    cssClass: 'wraps',
  }),
]

export type FindingsTable = { readonly itemAt: Pages['itemAt']; readonly redraw: () => void }

/** The page of findings that is to be seen. Tabulator shows it; filter, order and pages are cut from memory (select.ts). */
export const showTable = (state: State, open: (position: number) => void): FindingsTable => {
  const pages = pagesOf(state)
  const element = byId('table')
  const table = new Tabulator(element, {
    columns: columns(open),
    layout: 'fitColumns',
    renderVertical: 'basic',
    ajaxURL: 'findings',
    ajaxRequestFunc: async (_, __, asked) => pages.answer(asked),
    dataLoader: false,
    pagination: true,
    paginationMode: 'remote',
    paginationSize: 100,
    paginationElement: byId('pager'),
    paginationSizeSelector: PAGE_SIZES,
    paginationButtonCount: 5,
    sortMode: 'remote',
    columnHeaderSortMulti: false,
    initialSort: [{ column: 'level', dir: 'desc' }],
    headerSortElement: '<span class="arrow"></span>',
    placeholder: 'No finding matches.',
    rowFormatter: row => {
      const data = row.getData()
      if (!isPlaced(data)) return
      // The row of the headings is the first.
      row.getElement().setAttribute('aria-rowindex', String(data.position + 2))
    },
  })
  element.setAttribute('aria-label', 'Findings')
  moveByKeys(element, async to => {
    await table.setPage(to)
  })
  let isBuilt = false
  table.on('tableBuilt', () => {
    isBuilt = true
  })
  state.onChange(() => {
    element.setAttribute('aria-rowcount', String(state.selected().length + 1))
    if (isBuilt) void table.setPage(1)
  })
  return { itemAt: pages.itemAt, redraw: () => isBuilt && table.redraw(true) }
}
