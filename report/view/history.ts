import { Chart, Legend, LineController, LineElement, PointElement } from 'chart.js'
import type { HistoryDay } from '../../shared/report/pages.ts'
import { createTable, findById, formatNumber, make } from '../element.ts'
import { readColour } from '../theme.ts'

Chart.register(LineController, LineElement, PointElement, Legend)

const buildDatasets = (history: readonly HistoryDay[]) => [
  {
    type: 'line' as const,
    label: 'Open at the end of the day',
    data: history.map(({ open }) => open),
    borderColor: readColour('accent'),
    backgroundColor: readColour('accent'),
    borderWidth: 2,
    pointRadius: 0,
    pointHitRadius: 12,
  },
  {
    type: 'bar' as const,
    label: 'Found',
    data: history.map(({ found }) => found),
    backgroundColor: readColour('high'),
  },
  {
    type: 'bar' as const,
    label: 'Closed',
    data: history.map(({ closed }) => closed),
    backgroundColor: readColour('passed'),
  },
]

const buildOptions = () => ({
  animation: false as const,
  responsive: true,
  maintainAspectRatio: false,
  interaction: { mode: 'index' as const, intersect: false },
  plugins: { legend: { labels: { color: readColour('text'), boxWidth: 12 } } },
  scales: {
    x: { grid: { display: false }, ticks: { color: readColour('faint'), maxTicksLimit: 12, maxRotation: 0 } },
    y: { beginAtZero: true, grid: { color: readColour('line') }, ticks: { color: readColour('faint'), precision: 0 } },
  },
})

const describeHistory = (history: readonly HistoryDay[]): string => {
  const first = history[0]
  const last = history.at(-1)
  if (first === undefined || last === undefined) return ''
  return `Open findings from ${first.day} to ${last.day}: ${formatNumber(first.open)} at first, ${formatNumber(last.open)} at last`
}

/** Found, closed and open over time, if a ledger knows it. Returns a function that draws it again. */
export const showHistory = (history: readonly HistoryDay[]): (() => void) => {
  if (history.length === 0) return () => {}
  findById('history').hidden = false
  const canvas = make('canvas', { role: 'img', 'aria-label': describeHistory(history) })
  const rows = history
    .toReversed()
    .map(({ day, found, closed, open }) => [day, formatNumber(found), formatNumber(closed), formatNumber(open)])
  findById('history-chart').replaceChildren(
    make(
      'figure',
      { class: 'panel whole' },
      make('figcaption', {}, describeHistory(history)),
      make('div', { class: 'canvas tall' }, canvas),
      make(
        'details',
        {},
        make('summary', {}, 'Over time: the numbers'),
        createTable('Over time', ['Day', 'Found', 'Closed', 'Open'], rows),
      ),
    ),
  )
  const chart = new Chart(canvas, { type: 'bar', data: { labels: [], datasets: [] } })
  return () => {
    Object.assign(chart.data, { labels: history.map(({ day }) => day), datasets: buildDatasets(history) })
    Object.assign(chart.options, buildOptions())
    chart.update()
  }
}
