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
import { selectItems } from '../data/select.ts'
import { createSorter, SORTABLE, type Sort, type SortField } from '../data/sort.ts'
import { createButton, findById, make, makeNamed } from '../element.ts'
import type { State } from '../state.ts'
import { createBadge } from './levels.ts'
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
type Pages = {
  readonly answer: (asked: Asked) => Promise<Answer>
  readonly itemAt: (position: number) => Item | undefined
}

const isSortField = (field: string): field is SortField => SORTABLE.some(each => each === field)

const sortOf = ({ sort: [first] = [] }: Asked): Sort =>
  first !== undefined && isSortField(first.field)
    ? { field: first.field, descending: first.dir === 'desc' }
    : { field: 'level', descending: true }

const createPages = (state: State): Pages => {
  const order = createSorter(state.all)
  let shown: readonly Item[] = []
  return {
    answer: async asked => {
      const { page = 1, size = 100 } = asked
      shown = selectItems(await order(sortOf(asked)), state.filter())
      const start = (page - 1) * size
      const data = shown.slice(start, start + size).map((item, index) => ({ item, position: start + index }))
      return { data, last_page: Math.max(1, Math.ceil(shown.length / size)), last_row: shown.length }
    },
    itemAt: position => shown[position],
  }
}

type PositionedItem = { readonly item: Item; readonly position: number }

const isPlaced = (data: unknown): data is PositionedItem =>
  typeof data === 'object' && data !== null && 'item' in data && 'position' in data

const buildColumn = (
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

const buildColumns = (open: (position: number) => void): readonly ColumnDefinition[] => [
  buildColumn('Level', 'level', ({ level }) => createBadge(level), { width: 112 }),
  buildColumn(
    'Resource',
    'resourceId',
    ({ resourceId, name }, position) =>
      makeNamed(
        createButton(resourceId, () => open(position), {
          class: 'link mono',
          tabindex: '-1',
          'aria-haspopup': 'dialog',
        }),
        name,
      ),
    { width: 186 },
  ),
  buildColumn('Rule', 'rule', ({ rule }) => rule, { width: 170 }),
  buildColumn('Type', 'instanceType', ({ instanceType }) => instanceType, { width: 110 }),
  buildColumn('Account', 'accountId', ({ accountId, accountName }) => makeNamed(accountId, accountName), {
    width: 124,
  }),
  buildColumn('Region', 'region', ({ region }) => region, { width: 130 }),
  buildColumn('What', 'message', ({ message }) => message, {
    minWidth: 260,
    widthGrow: 1,
    cssClass: 'wraps',
  }),
]

// Tabulator makes the body a stop of Tab, which a grid must not have, and names two row groups if there is one.
const repairRoles = (element: HTMLElement): void => {
  element.setAttribute('aria-label', 'Findings')
  element.removeAttribute('aria-owns')
  element.querySelector('.tabulator-tableholder')?.removeAttribute('tabindex')
  element.querySelector('.tabulator-header-contents')?.setAttribute('role', 'presentation')
}

export type FindingsTable = { readonly itemAt: Pages['itemAt']; readonly redraw: () => void }

/** The page of findings that is to be seen. Tabulator shows it; filter, order and pages are cut from memory (select.ts). */
export const showTable = (state: State, open: (position: number) => void): FindingsTable => {
  const pages = createPages(state)
  const element = findById('table')
  const table = new Tabulator(element, {
    columns: buildColumns(open),
    layout: 'fitColumns',
    renderVertical: 'basic',
    ajaxURL: 'findings',
    ajaxRequestFunc: (_, __, asked) => {
      element.setAttribute('aria-busy', 'true')
      return pages.answer(asked)
    },
    dataLoader: false,
    pagination: true,
    paginationMode: 'remote',
    paginationSize: 100,
    paginationElement: findById('pager'),
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
  moveByKeys(element, async to => {
    await table.setPage(to)
  })
  table.on('dataProcessed', () => element.removeAttribute('aria-busy'))
  let isBuilt = false
  table.on('tableBuilt', () => {
    isBuilt = true
    repairRoles(element)
  })
  state.onChange(() => {
    element.setAttribute('aria-rowcount', String(state.selected().length + 1))
    if (isBuilt) void table.setPage(1)
  })
  return { itemAt: pages.itemAt, redraw: () => isBuilt && table.redraw(true) }
}
