import { nextFrame } from './breath.ts'
import { renderCsv } from './data/csv.ts'
import { type Report, readReport } from './data/read.ts'
import { findById, formatCount, formatNumber, make } from './element.ts'
import { createState, type State } from './state.ts'
import { setUpTheme } from './theme.ts'
import { createBarChart } from './view/bars.ts'
import { createDetail } from './view/detail.ts'
import { showFilters } from './view/filters.ts'
import { showGlance } from './view/glance.ts'
import { showHistory } from './view/history.ts'
import { showLevels } from './view/levels.ts'
import { showCoverage, showRules, showUnknowns } from './view/lists.ts'
import { setUpPaper } from './view/paper.ts'
import { showTable } from './view/table.ts'

const showHead = ({ front }: Report): void => {
  const source = front.source === 'scan' ? 'Scan of the live fleet' : 'Replay of recorded events'
  const made = `${front.madeAt.slice(0, 16).replace('T', ' ')} UTC`
  findById('made').textContent = `${source} · ${made} · policy: ${front.policy} · virtguard ${front.version}`
}

const saveCsv = (state: State): void => {
  const address = URL.createObjectURL(new Blob(renderCsv(state.selected()), { type: 'text/csv' }))
  make('a', { href: address, download: 'findings.csv' }).click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

const showCount = (all: number, state: State): void => {
  const count = state.selected().length
  findById('count').textContent =
    count === all ? formatCount(all, 'finding') : `${formatNumber(count)} of ${formatCount(all, 'finding')}`
}

const showFindings = (report: Report): void => {
  const { items, front } = report
  const state = createState(items)
  const drawHistory = showHistory(report.last?.history ?? [])
  const charts = [
    createBarChart('By rule', 'rule', state),
    createBarChart('By instance family', 'family', state),
    createBarChart('By region', 'region', state),
    createBarChart('By account', 'accountId', state),
  ]
  findById('charts').replaceChildren(...charts.map(({ element }) => element))
  const draw = (): void => {
    for (const chart of charts) chart.draw()
  }
  showLevels(items)
  showFilters(items, state)
  const table = showTable(state, position => detail.open(position))
  const detail = createDetail({ itemAt: table.itemAt, count: () => state.selected().length, rules: front.rules })
  setUpPaper(state)
  findById('export').addEventListener('click', () => saveCsv(state))
  state.onChange(draw)
  state.onChange(() => showCount(items.length, state))
  setUpTheme(() => {
    draw()
    drawHistory()
  })
  state.change({})
}

const start = async (): Promise<void> => {
  const line = findById('state')
  const report = await readReport(read => {
    line.textContent = `Reading the findings… ${formatNumber(read)}`
  })
  findById('content').hidden = false
  showHead(report)
  showGlance(report)
  await nextFrame()
  showUnknowns(report.items)
  showCoverage(report.last?.coverage ?? [])
  showRules(report.front.rules, report.items)
  await nextFrame()
  showFindings(report)
  line.remove()
}

start().catch((error: unknown) => {
  findById('state').textContent =
    `This report cannot be shown: ${error instanceof Error ? error.message : String(error)}`
})
