import { breath } from './breath.ts'
import { csvOf } from './data/csv.ts'
import { type Report, readReport } from './data/read.ts'
import { byId, counted, make, number } from './element.ts'
import { newState, type State } from './state.ts'
import { setUpTheme } from './theme.ts'
import { barChart } from './view/bars.ts'
import { newDetail } from './view/detail.ts'
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
  byId('made').textContent = `${source} · ${made} · policy: ${front.policy} · virtguard ${front.version}`
}

const saveCsv = (state: State): void => {
  const address = URL.createObjectURL(new Blob(csvOf(state.selected()), { type: 'text/csv' }))
  make('a', { href: address, download: 'findings.csv' }).click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

const showCount = (all: number, state: State): void => {
  const count = state.selected().length
  byId('count').textContent = count === all ? counted(all, 'finding') : `${number(count)} of ${counted(all, 'finding')}`
}

const showFindings = (report: Report): void => {
  const { items, front } = report
  const state = newState(items)
  const drawHistory = showHistory(report.last?.history ?? [])
  const charts = [
    barChart('By rule', 'rule', state),
    barChart('By instance family', 'family', state),
    barChart('By region', 'region', state),
    barChart('By account', 'accountId', state),
  ]
  byId('charts').replaceChildren(...charts.map(({ element }) => element))
  const draw = (): void => {
    for (const chart of charts) chart.draw()
  }
  showLevels(items)
  showFilters(items, state)
  const table = showTable(state, position => detail.open(position))
  const detail = newDetail({ itemAt: table.itemAt, count: () => state.selected().length, rules: front.rules })
  setUpPaper(state)
  byId('export').addEventListener('click', () => saveCsv(state))
  state.onChange(draw)
  state.onChange(() => showCount(items.length, state))
  setUpTheme(() => {
    draw()
    drawHistory()
  })
  state.change({})
}

const start = async (): Promise<void> => {
  const line = byId('state')
  const report = await readReport(read => {
    line.textContent = `Reading the findings… ${number(read)}`
  })
  byId('content').hidden = false
  showHead(report)
  showGlance(report)
  await breath()
  showUnknowns(report.items)
  showCoverage(report.last?.coverage ?? [])
  showRules(report.front.rules, report.items)
  await breath()
  showFindings(report)
  line.remove()
}

start().catch((error: unknown) => {
  byId('state').textContent = `This report cannot be shown: ${error instanceof Error ? error.message : String(error)}`
})
