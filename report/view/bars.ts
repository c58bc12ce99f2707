import { BarController, BarElement, CategoryScale, Chart, LinearScale, Tooltip } from 'chart.js'
import { LEVELS } from '../data/item.ts'
import { type Count, countBy, type Facet } from '../data/select.ts'
import { button, make, number, plainTable } from '../element.ts'
import type { State } from '../state.ts'
import { colour } from '../theme.ts'
import { levelClass } from './levels.ts'

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip)

const MOST_BARS = 8

export type BarChart = { readonly element: HTMLElement; readonly draw: () => void }

const named = (value: string): string => (value === '' ? '(none)' : value)

const datasets = (counts: readonly Count[]) =>
  LEVELS.filter(level => counts.some(({ levels }) => levels.has(level))).map(level => ({
    label: level,
    data: counts.map(({ levels }) => levels.get(level) ?? 0),
    backgroundColor: colour(levelClass(level)),
    barThickness: 14,
  }))

const scales = () => ({
  x: {
    stacked: true,
    border: { display: false },
    grid: { color: colour('line') },
    ticks: { color: colour('faint'), precision: 0, maxTicksLimit: 5 },
  },
  y: {
    stacked: true,
    border: { display: false },
    grid: { display: false },
    ticks: { color: colour('text'), autoSkip: false },
  },
})

const newChart = (canvas: HTMLCanvasElement, onPick: (index: number) => void): Chart<'bar', number[], string> =>
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
export const barChart = (title: string, facet: Facet, state: State): BarChart => {
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
  const chart = newChart(canvas, index => {
    const value = counts[index]?.value
    if (value !== undefined && value !== '') pick(value)
  })
  const link = (value: string): Node =>
    value === '' ? document.createTextNode(named(value)) : button(value, () => pick(value), { class: 'link' })
  const draw = (): void => {
    counts = countBy(state.selected(), facet)
    const shown = counts.slice(0, MOST_BARS)
    const rest = counts.length - shown.length
    box.style.height = `${Math.max(2, shown.length) * 27 + 30}px`
    chart.data = { labels: shown.map(({ value }) => named(value)), datasets: datasets(shown) }
    Object.assign(chart.options, { scales: scales() })
    chart.update()
    const words = shown.map(({ value, total }) => `${named(value)} ${number(total)}`).join(', ')
    canvas.setAttribute('aria-label', `${title}: ${words || 'none'}${rest > 0 ? `, and ${rest} more` : ''}`)
    numbers.replaceChildren(
      plainTable(
        title,
        [title, 'Findings'],
        counts.slice(0, 200).map(({ value, total }) => [link(value), number(total)]),
      ),
    )
  }
  return { element, draw }
}
