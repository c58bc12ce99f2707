import { type Item, LEVELS } from '../data/item.ts'
import { type Count, countBy, FACETS, type Facet, NO_FILTER } from '../data/select.ts'
import { findById, formatNumber, make } from '../element.ts'
import type { State } from '../state.ts'

const LABELS: Readonly<Record<Facet, string>> = {
  level: 'Level',
  rule: 'Rule',
  accountId: 'Account',
  region: 'Region',
  family: 'Family',
}

const sortCounts = (facet: Facet, counts: readonly Count[]): readonly Count[] =>
  facet === 'level'
    ? LEVELS.flatMap(level => counts.find(({ value }) => value === level) ?? [])
    : counts.filter(({ value }) => value !== '').toSorted((a, b) => (a.value < b.value ? -1 : 1))

const createChoice = (facet: Facet, items: readonly Item[], state: State): HTMLSelectElement => {
  const select = make(
    'select',
    { name: facet },
    make('option', { value: '' }, 'All'),
    ...sortCounts(facet, countBy(items, facet)).map(({ value, total }) =>
      make('option', { value }, `${value} (${formatNumber(total)})`),
    ),
  )
  select.addEventListener('change', () => state.change({ [facet]: select.value }))
  return select
}

/** So long nothing more has to be typed before the search begins. */
const PAUSE_MS = 150

const searchBox = (state: State): HTMLInputElement => {
  const input = make('input', {
    type: 'search',
    name: 'text',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'Id, image, name, ARN, words…',
  })
  let timer: ReturnType<typeof setTimeout> | undefined
  input.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(() => state.change({ text: input.value }), PAUSE_MS)
  })
  document.addEventListener('keydown', event => {
    const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    input.focus()
  })
  return input
}

const createLabelled = (text: string, field: HTMLElement): HTMLElement =>
  make('label', { class: 'field' }, make('span', {}, text), field)

/** Search and facets above the table. They follow when a chart changes the filter. */
export const showFilters = (items: readonly Item[], state: State): void => {
  const input = searchBox(state)
  const selects = FACETS.map(facet => ({ facet, select: createChoice(facet, items, state) }))
  const form = findById('filters')
  form.addEventListener('submit', event => event.preventDefault())
  form.replaceChildren(
    createLabelled('Search', input),
    ...selects.map(({ facet, select }) => createLabelled(LABELS[facet], select)),
  )
  findById('clear').addEventListener('click', () => {
    input.value = ''
    state.change(NO_FILTER)
    input.focus()
  })
  state.onChange(() => {
    for (const { facet, select } of selects) select.value = state.filter()[facet]
  })
}
