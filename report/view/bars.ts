import { BarController, BarElement, CategoryScale, Chart, LinearScale, Tooltip } from 'chart.js'
import { LEVELS } from '../data/item.ts'
import { type Count, countBy, type Facet } from '../data/select.ts'
import { createButton, createTable, formatNumber, make } from '../element.ts'
import type { State } from '../state.ts'
import { readColour } from '../theme.ts'
import { getLevelClass } from './levels.ts'

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip)

const MOST_BARS = 8

export type BarChart = { readonly element: HTMLElement; readonly draw: () => void }

const nameValue = (value: string): string => (value === '' ? '(none)' : value)

const buildDatasets = (counts: readonly Count[]) =>
  LEVELS.filter(level => counts.some(({ levels }) => levels.has(level))).map(level => ({
    label: level,
    data: counts.map(({ levels }) => levels.get(level) ?? 0),
    backgroundColor: readColour(getLevelClass(level)),
    barThickness: 14,
  }))

const buildScales = () => ({
  x: {
    stacked: true,
    border: { display: false },
    grid: { color: readColour('line') },
    ticks: { color: readColour('faint'), precision: 0, maxTicksLimit: 5 },
  },
  y: {
    stacked: true,
    border: { display: false },
    grid: { display: false },
    ticks: { color: readColour('text'), autoSkip: false },
  },
})

const createChart = (canvas: HTMLCanvasElement, onPick: (index: number) => void): Chart<'bar', number[], string> =>
  new Chart(canvas, {
    type: 'bar',
    data: { labels: [], datasets: [] },
    options: {
      indexAxis: 'y',
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      onClick: (_, elements) => {
        const index = elements[0]?.index
        if (index !== undefined) onPick(index)
      },
      interaction: { mode: 'index', axis: 'y', intersect: false },
      plugins: { legend: { display: false }, tooltip: { filter: ({ parsed }) => (parsed.x ?? 0) > 0 } },
    },
  })

/** Findings by one facet, as bars and as the numbers behind them. */
export const createBarChart = (title: string, facet: Facet, state: State): BarChart => {
  const canvas = make('canvas', { role: 'img' })
  const box = make('div', { class: 'canvas' }, canvas)
  const numbers = make('div')
  const element = make(
    'figure',
    { class: 'panel' },
    make('figcaption', {}, title),
    box,
    make('details', {}, make('summary', {}, `${title}: the numbers`), numbers),
  )
  let counts: readonly Count[] = []
  const pick = (value: string): void => state.change({ [facet]: state.filter()[facet] === value ? '' : value })
  const chart = createChart(canvas, index => {
    const value = counts[index]?.value
    if (value !== undefined && value !== '') pick(value)
  })
  const link = (value: string): Node =>
    value === '' ? document.createTextNode(nameValue(value)) : createButton(value, () => pick(value), { class: 'link' })
  const draw = (): void => {
    counts = countBy(state.selected(), facet)
    const shown = counts.slice(0, MOST_BARS)
    const rest = counts.length - shown.length
    box.style.height = `${Math.max(2, shown.length) * 27 + 30}px`
    chart.data = { labels: shown.map(({ value }) => nameValue(value)), datasets: buildDatasets(shown) }
    Object.assign(chart.options, { scales: buildScales() })
    chart.update()
    const words = shown.map(({ value, total }) => `${nameValue(value)} ${formatNumber(total)}`).join(', ')
    canvas.setAttribute('aria-label', `${title}: ${words || 'none'}${rest > 0 ? `, and ${rest} more` : ''}`)
    numbers.replaceChildren(
      createTable(
        title,
        [title, 'Findings'],
        counts.slice(0, 200).map(({ value, total }) => [link(value), formatNumber(total)]),
      ),
    )
  }
  return { element, draw }
}
