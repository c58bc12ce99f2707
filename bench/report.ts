import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../local/root.ts'
import { UserError } from '../shared/errors.ts'
import type { Burst } from './burst/burst.ts'
import type { CustodianVersions } from './custodian.ts'
import type { DecisionCost } from './decision.ts'
import { formatFigure, formatRatio, formatSpread, renderMarkdownTable } from './figures.ts'
import type { LintCost } from './lint/run.ts'
import { MIX } from './replay/generate.ts'
import type { ReplayCost } from './replay/run.ts'
import type { Row } from './rows.ts'

export type Report = {
  /** YYYY-MM-DD */
  readonly date: string
  readonly machine: string
  /** Of the minute before. */
  readonly load: number
  readonly node: string
  readonly custodian?: CustodianVersions
  readonly latencyMs: number
  readonly rounds: number
  readonly rows: readonly Row[]
  readonly stopping: readonly Row[]
  readonly decision: readonly DecisionCost[]
  readonly replay?: ReplayCost
  readonly lint?: LintCost
  readonly sweeps: readonly Row[]
  readonly sweepRounds: number
  readonly accounts: readonly Row[]
  readonly bursts: readonly Burst[]
}

const DECISION_TARGET = 1.5
const REPLAY_TARGET = 0.5
const REPLAY_MEMORY = 200
const WRAPPED_TARGET = 0.5
const LINT_TARGET = 10
const LINT_MEMORY = 300

const isMet = (is: boolean | undefined): string => (is === undefined ? 'not measured' : is ? 'met' : 'not met')

const GENERAL_ENGINE =
  'Cloud Custodian is a general engine and does much more than this; it was measured on this one job, with its real package and default settings.'

/** The main table: the figures of both sides for a launch. Figures are min / median / max of the rounds. */
const launchTable = ({ rows, custodian }: Report): string => renderSidesTable(rows, custodian)

const renderSidesTable = (rows: readonly Row[], custodian: CustodianVersions | undefined): string =>
  renderMarkdownTable(
    ['', 'target', 'virtguard', `Cloud Custodian${custodian ? ` ${custodian.c7n}` : ''}`, 'ratio, paired', ''],
    rows.map(row => [
      row.name,
      row.target,
      row.ours,
      row.custodian,
      row.ratio,
      row.target === '' ? '' : isMet(row.met),
    ]),
  )

const renderDecisionTable = ({ decision }: Report): string =>
  renderMarkdownTable(
    ['a record', 'JSON.parse alone', 'parse, facts, rules, findings', `ratio (<= ${DECISION_TARGET})`, ''],
    decision.map(({ records, parse, decide, ratio }) => [
      records,
      `${formatFigure(parse.median * 1000)} µs`,
      `${formatFigure(decide.median * 1000)} µs`,
      formatRatio(ratio),
      isMet(ratio.median <= DECISION_TARGET),
    ]),
  )

function replayTable(replay: ReplayCost): string {
  const { trail, ours, baseline, ratio, wrapped, peakMb, firstThirdMb, lastThirdMb } = replay
  const memory = [peakMb, firstThirdMb, lastThirdMb].map(value => (value === undefined ? '?' : formatFigure(value)))
  return renderMarkdownTable(
    ['', 'target', 'measured', ''],
    [
      ['replay', '', `${formatSpread(ours, 'MB/s')} of JSON`, ''],
      ['decompressing and parsing alone', '', `${formatSpread(baseline, 'MB/s')}`, ''],
      ['ratio, paired', `>= ${REPLAY_TARGET}`, formatRatio(ratio), isMet(ratio.median >= REPLAY_TARGET)],
      ...wrapped.map(({ name, ratio: of, peakMb: most }) => [
        `the same records ${name}, against the plain ones`,
        `>= ${WRAPPED_TARGET}`,
        `${formatRatio(of)}; peak memory ${Number.isNaN(most) ? '?' : formatFigure(most)} MB`,
        isMet(of.median >= WRAPPED_TARGET),
      ]),
      [
        `peak memory (RSS) for ${Math.round(trail.bytes / 1e6)} MB`,
        `< ${REPLAY_MEMORY} MB, flat`,
        `${memory[0]} MB; ${memory[1]} MB in the first third, ${memory[2]} MB in the last`,
        isMet(peakMb !== undefined && peakMb < REPLAY_MEMORY && isFlat(replay)),
      ],
    ],
  )
}

/** Memory that grew with the input would about double from the first third to the last; V8's initial growth is less. */
const isFlat = ({ firstThirdMb, lastThirdMb }: ReplayCost): boolean =>
  firstThirdMb !== undefined && lastThirdMb !== undefined && lastThirdMb <= firstThirdMb * 1.5

const renderMachineLine = ({ date, machine, load, node }: Report): string =>
  `Measured on ${date}: ${machine}, load ${load.toFixed(1)} before. Node ${node}.`

const launchConditions = ({ custodian, latencyMs, rounds }: Report): string =>
  [
    `${rounds === 1 ? '1 round' : `${rounds} rounds`}, the two sides in turn, each time in a fresh process. Figures are min / **median** / max; ratios are`,
    'taken round by round. Milliseconds are of this machine, ratios and counts hold elsewhere. The endpoint is a stub of',
    `the few AWS calls, behind TLS, that takes ${latencyMs} ms for each answer; memory and CPU are not restricted. Own time is the time on the clock less that\nof these answers, which are AWS's and the same for everybody.`,
    custodian
      ? `Cloud Custodian ${custodian.c7n} on Python ${custodian.python} with botocore ${custodian.botocore}. ${GENERAL_ENGINE}`
      : 'Cloud Custodian was not measured.',
  ].join('\n')

/** The report as a page: the parts that were measured. */
export function reportText(report: Report): string {
  const parts = [
    '# Benchmarks',
    'Made by `npm run bench -- --write`; not edited by hand.',
    renderMachineLine(report),
    ...launchPart(report),
    ...renderDecisionPart(report),
    ...replayPart(report),
    ...renderLintPart(report),
    ...sweepPart(report),
    ...renderAccountsPart(report),
    ...renderBurstPart(report),
  ]
  return `${parts.join('\n\n')}\n`
}

function launchPart(report: Report): string[] {
  if (report.rows.length === 0) return []
  const launch = ['## A launch', launchConditions(report), launchTable(report)]
  if (report.stopping.length === 0) return launch
  return [
    ...launch,
    '### Where Cloud Custodian stops the instance too',
    STOPPING,
    renderSidesTable(report.stopping, report.custodian),
  ]
}

const STOPPING = `The same launch under a policy that also stops the instance, which virtguard leaves to another function. It is not the
same work, but how such a policy is mostly used.`

const renderDecisionPart = (report: Report): string[] =>
  report.decision.length === 0
    ? []
    : [
        '## A decision',
        'CPU time for one record, in process; ratios are taken pass by pass.',
        renderDecisionTable(report),
      ]

const replayPart = ({ replay }: Report): string[] =>
  replay === undefined
    ? []
    : [
        '## Replay',
        `${replay.trail.files} CloudTrail files (\`.json.gz\`), ${replay.trail.records} records, no two alike: ${MIX}.`,
        replayTable(replay),
      ]

const LINT = `The whole process, from its start to its end. cfn-lint and Checkov check other things than whether image and type fit, and
\`lint\` checks nothing of what they check: the ratio says only what one more step costs. cfn-lint reads the templates alone.`

const renderLintTable = ({ files, ours, rows, peakMb }: LintCost): string =>
  renderMarkdownTable(
    ['', 'files', 'target', 'virtguard', 'the other', 'ratio, paired', ''],
    [
      ['`virtguard lint`', `${files.files}`, '', formatSpread(ours, 's'), '', '', ''],
      ...rows.map(({ name, files: count, ours: own, theirs, ratio }) => [
        `beside ${name}`,
        `${count}`,
        `>= ${LINT_TARGET}`,
        formatSpread(own, 's'),
        formatSpread(theirs, 's'),
        formatRatio(ratio),
        isMet(ratio.median >= LINT_TARGET),
      ]),
      [
        `peak memory (RSS) for a plan of ${Math.round(files.largeBytes / 1e6)} MB`,
        '1',
        `< ${LINT_MEMORY} MB`,
        peakMb === undefined ? '?' : `${formatFigure(peakMb)} MB`,
        '',
        '',
        isMet(peakMb === undefined ? undefined : peakMb < LINT_MEMORY),
      ],
    ],
  )

const renderLintPart = ({ lint }: Report): string[] =>
  lint === undefined ? [] : ['## Lint', LINT, renderLintTable(lint)]

const sweepPart = ({ sweeps, sweepRounds, custodian }: Report): string[] =>
  sweeps.length === 0 ? [] : ['## A sweep', SWEEP, sweepRoundsText(sweepRounds), renderSidesTable(sweeps, custodian)]

const sweepRoundsText = (rounds: number): string =>
  rounds === 1 ? '1 round.' : `${rounds} rounds; 1 of the largest fleet, ${Math.min(3, rounds)} of the 17 regions.`

const SWEEP = `\`virtguard scan\` with its default policy, and \`custodian run --cache-period 0\` with a policy for the same instances: both have
to find the same ids, or the bench fails. The whole process is measured, from its start to its end. The endpoint is a stub of
DescribeInstances behind TLS, with some 9 kB an instance and one in 28 to be found. It gives pages of 1,000 to both, because Cloud
Custodian asks for no page size. Cloud Custodian cannot have EC2 select paravirtual instances, so \`--quick\` is compared with its
full read.`

const renderAccountsPart = ({ accounts, custodian }: Report): string[] =>
  accounts.length === 0 ? [] : ['## Many accounts', ACCOUNTS, renderSidesTable(accounts, custodian)]

const ACCOUNTS = `\`virtguard scan --organization --all-regions\` with its default policy, and \`c7n-org run --cache-period 0\`, which starts many
processes of Cloud Custodian, with a policy for the same instances: both have to find the same ids. Each call to the stub takes 100 ms.
Each account has 6 instances in each region. virtguard also asks for the accounts and their regions, which c7n-org is given. One
round: c7n-org takes long. Its memory is that of many processes, and was not measured.`

const renderBurstPart = ({ bursts }: Report): string[] =>
  bursts.length === 0
    ? []
    : [
        '## A burst',
        BURST,
        renderMarkdownTable(
          ['', 'launches', 'reports', 'alerted', 'repeated', 'last alert after', 'findings a second'],
          bursts.map(({ where, launches, reports, findings, alerted, duplicates, lastAlertMs }) => [
            where,
            `${launches}`,
            `${reports}`,
            `${alerted}`,
            `${duplicates}`,
            `${formatFigure(lastAlertMs / 1000)} s`,
            formatFigure((findings * 1000) / lastAlertMs),
          ]),
        ),
      ]

const BURST = `Paravirtual launches of one instance each, all at once, and each reported twice. On the local cloud the function, its role, the
queues, the ledger and the topic are those that are deployed. They are emulated on the machine that also measures, so the time
says little about AWS. That every launch is alerted, and once, holds everywhere.`

const START = '<!-- bench:start -->'
const END = '<!-- bench:end -->'

/** Writes docs/benchmarks.md, and the table of launches and sweeps between the marks in README.md. */
export function writeReport(report: Report): void {
  writeFileSync(join(ROOT, 'docs', 'benchmarks.md'), reportText(report))
  const readme = join(ROOT, 'README.md')
  if (!existsSync(readme))
    throw new UserError(`README.md is not there: docs/benchmarks.md is written, the table is not`)
  writeFileSync(readme, addTable(readFileSync(readme, 'utf8'), report))
}

/** A page with the table between its marks. Throws UserError if it has no marks. */
export function addTable(page: string, report: Report): string {
  const start = page.indexOf(START)
  const end = page.indexOf(END)
  if (start < 0 || end < start)
    throw new UserError(`README.md has no ${START} before a ${END}: put them where the table goes`)
  const note = `${report.date}, Node ${report.node}, min / **median** / max of ${report.rounds} rounds.`
  const front = [...report.rows, ...report.sweeps].filter(row => row.front)
  const table = renderSidesTable(front, report.custodian)
  const text = [START, table, `${note} More in [docs/benchmarks.md](docs/benchmarks.md).`].join('\n\n')
  return `${page.slice(0, start)}${text}\n\n${page.slice(end)}`
}
