import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { buildDigestAlerts } from '../../shared/alert/outcome.ts'
import { createPast, createRow, extendHistory, findPrevious, mayReplace } from '../../shared/ledger/claim.ts'
import { decideNextStep } from '../../shared/ledger/next-step.ts'
import { decideRowAction, needsInspection } from '../../shared/ledger/resolve-open.ts'
import { type Past, type Row, STATES } from '../../shared/ledger/row.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { aFinding, anEnded, anInstance, CLAIMANT, deferredTo, instanceIds, NOW } from '../support/findings.ts'
import { REASONS } from '../support/reasons.ts'

const ROOT = join(__dirname, '../..')
const filesOf = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => `${folder}/${name}`)

// The one place that knows the words of the version without codes.
const COMPATIBILITY = 'shared/reasons/earlier-words.ts'

const TEXT = String.raw`\b(?:why|words|reason|reasonWords\([^)]*\)|note)\b(?:\s*\?\?\s*'[^']*'\)?)?`
const READ = [
  new RegExp(
    String.raw`${TEXT}\??\.(?:startsWith|endsWith|includes|match|matchAll|search|split|indexOf|replace|replaceAll)\(`,
  ),
  new RegExp(String.raw`\.(?:test|exec)\(.*${TEXT}`),
  /(?:===|!==)\s*'[^']+ [^']+'/,
]

const readsWords = (source: string): readonly string[] =>
  source.split('\n').filter(line => READ.some(shape => shape.test(line)))

describe('the source of decisions', () => {
  test.each([
    'shared/engine',
    'shared/ledger',
    'shared/aws/ledger',
    'shared/reasons',
    'functions/enforce',
    'functions/evaluate',
    'functions/sweep',
    'functions/confirm',
    'cli/findings',
  ])('in %s reads no words', folder => {
    const files = filesOf(folder).filter(file => file !== COMPATIBILITY)
    expect(files).not.toEqual([])
    const found = files.flatMap(file =>
      readsWords(readFileSync(join(ROOT, file), 'utf8')).map(line => `${file}: ${line}`),
    )
    expect(found).toEqual([])
  })

  test.each([
    "GONE.test(row.history.at(-1)?.why ?? '')",
    "notes.some(note => note.startsWith('facts stay unknown'))",
    'why.startsWith(CAME_BACK)',
    'const match = GROUP.exec(reason)',
    "if (row.history.at(-1)?.why === 'it is gone')",
  ])('would be found to read words: %s', line => {
    expect(readsWords(line)).toEqual([line])
  })
})

const muted = (one: Past): Past => ({ ...one, why: 'x' })
const rowIn = (state: Row['state'], history: readonly Past[], more: Partial<Row> = {}): Row => ({
  ...createRow(aFinding({ action: deferredTo('2026-11-24T08:15:30Z') }), { ...CLAIMANT, launchId: 'r-1' }),
  state,
  history,
  ...more,
})

/** Each with its words, and with an x in their place. */
const rows = STATES.flatMap(state =>
  REASONS.map(reason => {
    const history = [createPast(state, new Date('2026-11-20T08:00:00Z'), reason)]
    return [rowIn(state, history), rowIn(state, history.map(muted))] as const
  }),
)

const mutedFinding = () => {
  const finding = aFinding({ action: deferredTo('2026-11-24T08:15:30Z') })
  return [finding, { ...finding, action: { ...finding.action, reason: 'x' } }] as const
}

describe('the same row with an x in the place of all words', () => {
  const later = new Date('2026-11-28T08:00:00Z')

  test('leads to the same action of a sweep', () => {
    for (const [row, silent] of rows) {
      const turn = (one: Row) =>
        decideRowAction({
          row: one,
          present: { kind: 'there', state: 'running' },
          findings: [aFinding()],
          now: later,
          claimant: 'c',
        })
      expect(needsInspection(silent, later)).toBe(needsInspection(row, later))
      expect(turn(silent)).toEqual(turn(row))
    }
  })

  test('leads to the same claim with the same earlier state', () => {
    const claim = { claimant: 'message-9', launchId: 'r-9', now: later }
    const next = createPast('NEW', later, { code: 'NOT_KEPT' })
    const [finding, quiet] = mutedFinding()
    for (const [row, silent] of rows) {
      expect(mayReplace(silent, quiet, claim)).toBe(mayReplace(row, finding, claim))
      expect(findPrevious(extendHistory(silent, next))).toEqual(findPrevious(extendHistory(row, next)))
    }
  })

  test('leads to the same outcome, or stop, of a stop that is due', () => {
    const row = rowIn('DEFERRED', [])
    const instance = anInstance({ state: 'running' })
    for (const decision of ['refuse', 'would-stop', 'alert-only', 'defer'] as const)
      for (const reason of REASONS) {
        const action = { type: 'stop', decision, reason: 'the words', ...reason } as const
        const step = (words: string) =>
          decideNextStep({
            rows: [row],
            instance,
            findings: [aFinding({ action: { ...action, reason: words } })],
            now: later,
          })
        expect(step('x')).toEqual(step('the words'))
      }
  })

  test('leads to the same counts of reasons in a digest', () => {
    const [a = '', b = '', c = ''] = instanceIds(3)
    const scheduled = [
      anEnded(
        { state: 'REFUSED', why: 'the stop budget is spent: 5 stops in 10 min; the next is free at 08:20' },
        { on: a },
      ),
      anEnded(
        { state: 'REFUSED', why: 'the stop budget is spent: 5 stops in 10 min; the next is free at 08:25' },
        { on: b },
      ),
      anEnded({ state: 'REFUSED', why: 'the rule is off now' }, { on: c }),
    ]
    const silent = scheduled.map(finding => ({ ...finding, outcome: { ...finding.outcome, why: 'x' } }))
    const reasons = (findings: typeof scheduled) =>
      buildDigestAlerts(findings, { policy: DEFAULT_POLICY, stops: 'on' }, { ...CLAIMANT, now: NOW })[0]?.digest
        ?.reasons
    expect(reasons(silent)).toEqual(reasons(scheduled))
    expect(reasons(scheduled)).toHaveLength(2)
  })
})
