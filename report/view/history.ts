import { Chart, Legend, LineController, LineElement, PointElement } from 'chart.js'
import type { HistoryDay } from '../../shared/report/pages.ts'
import { byId, make, number, plainTable } from '../element.ts'
import { colour } from '../theme.ts'

Chart.register(LineController, LineElement, PointElement, Legend)

const datasets = (history: readonly HistoryDay[]) => [
  {
    type: 'line' as const,
    label: 'Open at the end of the day',
    data: history.map(({ open }) => open),
    borderColor: colour('accent'),
    backgroundColor: colour('accent'),
    borderWidth: 2,
    pointRadius: 0,
    pointHitRadius: 12,
  },
  { type: 'bar' as const, label: 'Found', data: history.map(({ found }) => found), backgroundColor: colour('high') },
  {
    type: 'bar' as const,
    label: 'Closed',
    data: history.map(({ closed }) => closed),
    backgroundColor: colour('passed'),
  },
]

const options = () => ({
  animation: false as const,
  responsive: true,
  maintainAspectRatio: false,
  interaction: { mode: 'index' as const, intersect: false },
  plugins: { legend: { labels: { color: colour('text'), boxWidth: 12 } } },
  scales: {
    x: { grid: { display: false }, ticks: { color: colour('faint'), maxTicksLimit: 12, maxRotation: 0 } },
    y: { beginAtZero: true, grid: { color: colour('line') }, ticks: { color: colour('faint'), precision: 0 } },
  },
})

const inWords = (history: readonly HistoryDay[]): string => {
  const first = history[0]
  const last = history.at(-1)
  if (first === undefined || last === undefined) return ''
  return `Open findings from ${first.day} to ${last.day}: ${number(first.open)} at first, ${number(last.open)} at last`
}

/** Found, closed and open over time, where a ledger knows it. Returns how to draw it anew. */
export const showHistory = (history: readonly HistoryDay[]): (() => void) => {
  if (history.length === 0) return () => {}
  byId('history').hidden = false
  const canvas = make('canvas', { role: 'img', 'aria-label': inWords(history) })
  const rows = history
    .toReversed()
    .map(({ day, found, closed, open }) => [day, number(found), number(closed), number(open)])
  byId('history-chart').replaceChildren(
    make(
      'figure',
      { class: 'panel whole' },
      make('figcaption', {}, inWords(history)),
      make('div', { class: 'canvas tall' }, canvas),
      make(
        'details',
        {},
        make('summary', {}, 'Over time: the numbers'),
        plainTable('Over time', ['Day', 'Found', 'Closed', 'Open'], rows),
      ),
    ),
  )
  const chart = new Chart(canvas, { type: 'bar', data: { labels: [], datasets: [] } })
  return () => {
    Object.assign(chart.data, { labels: history.map(({ day }) => day), datasets: datasets(history) })
    Object.assign(chart.options, options())
    chart.update()
  }
}
