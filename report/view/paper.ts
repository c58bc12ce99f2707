import { sortItems } from '../data/sort.ts'
import { createTable, findById, formatCount, formatNumber, make, makeNamed } from '../element.ts'
import type { State } from '../state.ts'

/** Nobody reads more than this on paper; CSV has them all. */
const MOST_ROWS = 500

const fillPaper = (state: State): void => {
  const selected = state.selected()
  const rows = sortItems(selected, { field: 'level', descending: true }).slice(0, MOST_ROWS)
  const left = selected.length - rows.length
  findById('print-list').replaceChildren(
    createTable(
      'Findings',
      ['Level', 'Resource', 'Account / region', 'Rule', 'What'],
      rows.map(({ level, resourceId, name, accountId, accountName, region, rule, message }) => [
        level,
        makeNamed(resourceId, name),
        makeNamed(`${accountId} ${region}`, accountName),
        rule,
        message,
      ]),
    ),
    ...(left > 0
      ? [make('p', {}, `And ${formatCount(left, 'finding')} more: the first ${formatNumber(MOST_ROWS)} are printed.`)]
      : []),
  )
}

/** Paper has no paging: the selected findings are listed, the worst first. */
export const setUpPaper = (state: State): void => {
  const printing = matchMedia('print')
  printing.addEventListener('change', () => {
    if (printing.matches) fillPaper(state)
    else findById('print-list').replaceChildren()
  })
  findById('print').addEventListener('click', () => print())
}
