import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import type { LintFinding } from '../../shared/lint/model/lint-finding.ts'
import { renderGithub } from '../../shared/lint/outputs/github.ts'
import { renderGitlab } from '../../shared/lint/outputs/gitlab.ts'
import { renderJunit } from '../../shared/lint/outputs/junit.ts'
import { renderMarkdown } from '../../shared/lint/outputs/markdown.ts'
import { renderSarif } from '../../shared/lint/outputs/sarif.ts'

const context = { version: '1.2.3', failOn: 'MEDIUM' } as const
const RENDERERS = { renderGithub, renderGitlab, renderJunit, renderMarkdown, renderSarif }

const aFinding = (more: Partial<LintFinding> = {}, place: Partial<LintFinding['place']> = {}): LintFinding => ({
  schemaVersion: '1',
  id: `incompatible-launch/web.yaml/${place.address ?? 'Web'}`,
  rule: 'incompatible-launch',
  status: 'FAILED',
  severity: 'MEDIUM',
  workflow: 'NEW',
  reasons: ['ARCH_UNSUPPORTED'],
  title: 'Launch refused',
  message: 'Web does not fit.',
  remediation: 'Choose another type.',
  resource: { type: 'AwsEc2Instance', id: 'Web' },
  facts: {},
  action: { type: 'alert', decision: 'alert-only', reason: 'there is no instance to stop', code: 'NOT_AN_INSTANCE' },
  factSources: {},
  ...more,
  place: { file: 'web.yaml', address: 'Web', line: 7, ...place },
})
const unknown = (address = 'Maybe') => aFinding({ status: 'UNKNOWN', reasons: ['FACTS_MISSING'] }, { address })
const exempt = aFinding(
  { workflow: 'SUPPRESSED', exemption: { reason: 'agreed', owner: 'ops', expires: '2027-01-31' } },
  { address: 'Exempt' },
)
const passed = aFinding({ status: 'PASSED', reasons: [] }, { address: 'Fine' })
const all = [unknown(), aFinding(), exempt, passed]

const HOSTILE = `@all [x](http://evil) <img src=x> | "&' ::error::%0A ${'`'}$x$ ]]> \u202e\uffff\n::stop-commands::x`
const hostile = aFinding({ message: HOSTILE }, { address: HOSTILE, file: `${HOSTILE}.yaml` })

describe('SARIF', () => {
  const readSarif = (findings: readonly LintFinding[]) => JSON.parse(renderSarif(findings, context))

  test('has the rules that are used, and a result for each finding, the worst first', () => {
    const log = readSarif(all)
    expect(log).toMatchObject({
      version: '2.1.0',
      runs: [{ tool: { driver: { name: 'virtguard', version: '1.2.3' } } }],
    })
    const [{ tool, results }] = log.runs
    expect(tool.driver.rules).toMatchObject([{ id: 'incompatible-launch', helpUri: expect.stringMatching(/^https:/) }])
    expect(results).toMatchObject([
      {
        ruleId: 'incompatible-launch',
        level: 'warning',
        message: { text: 'Web does not fit.' },
        locations: [
          {
            physicalLocation: { artifactLocation: { uri: 'web.yaml' }, region: { startLine: 7 } },
            logicalLocations: [{ fullyQualifiedName: 'Web' }],
          },
        ],
      },
      { level: 'warning', suppressions: [{ kind: 'external', justification: 'agreed' }] },
      { level: 'note', properties: { status: 'UNKNOWN' } },
    ])
  })

  test('knows a finding again whose line moved', () => {
    const prints = [7, 9].map(line => readSarif([aFinding({}, { line })]).runs[0].results[0].partialFingerprints)
    expect(prints[0]).toEqual(prints[1])
    expect(readSarif([aFinding({}, { address: 'Other' })]).runs[0].results[0].partialFingerprints).not.toEqual(
      prints[0],
    )
  })

  test('has no more results than GitHub takes, and an unknown one is left out first', () => {
    const many = [unknown(), ...Array.from({ length: 25_000 }, () => aFinding())]
    const { results } = readSarif(many).runs[0]
    expect(results).toHaveLength(25_000)
    expect(JSON.stringify(results)).not.toContain('UNKNOWN')
  })

  test('writes a path as a URI of the repository', () => {
    const uri = readSarif([aFinding({}, { file: './a b/ü.yaml' })]).runs[0].results[0].locations[0].physicalLocation
    expect(uri.artifactLocation.uri).toBe('a%20b/%C3%BC.yaml')
  })
})

describe('JUnit', () => {
  type Tag = { readonly name: string; readonly attributes: Readonly<Record<string, string>> }
  const readTags = (findings: readonly LintFinding[]): readonly Tag[] => {
    const tags: Tag[] = []
    const parser = new SaxesParser()
    parser.on('error', error => {
      throw error
    })
    parser.on('opentag', ({ name, attributes }) => tags.push({ name, attributes }))
    parser.write(renderJunit(findings, context)).close()
    return tags
  }

  test('has a suite for each file, and a case for each finding', () => {
    const tags = readTags([...all, aFinding({}, { file: 'other.yaml' })])
    expect(tags.filter(({ name }) => name === 'testsuite').map(({ attributes }) => attributes)).toEqual([
      { name: 'web.yaml', tests: '4', failures: '1', errors: '0', skipped: '2' },
      { name: 'other.yaml', tests: '1', failures: '1', errors: '0', skipped: '0' },
    ])
    expect(tags.map(({ name }) => name).filter(name => name === 'failure' || name === 'skipped')).toEqual([
      'skipped',
      'failure',
      'skipped',
      'failure',
    ])
  })

  test('is whole XML, whatever the names are', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(readTags([aFinding({ message: text }, { address: text, file: text }), hostile]).length).toBeGreaterThan(
          4,
        )
      }),
    ))
})

describe('annotations of GitHub', () => {
  test('are errors where the exit code is 1 for them, else warnings, and notices if unknown', () => {
    const low = aFinding({ severity: 'LOW' }, { address: 'Low' })
    expect(renderGithub([...all, low], context).split('\n')).toEqual([
      '::notice file=web.yaml,line=7,title=incompatible-launch%3A Maybe::Web does not fit.',
      '::error file=web.yaml,line=7,title=incompatible-launch%3A Web::Web does not fit.',
      '::warning file=web.yaml,line=7,title=incompatible-launch%3A Low::Web does not fit.',
      '',
    ])
  })

  test('beyond the tenth of a kind are lines of the log', () => {
    const lines = renderGithub([...Array.from({ length: 12 }, () => aFinding()), unknown()], context).split('\n')
    expect(lines.filter(line => line.startsWith('::error'))).toHaveLength(10)
    expect(lines.filter(line => line.startsWith('error incompatible-launch web.yaml:7 (Web): '))).toHaveLength(2)
    expect(lines.filter(line => line.startsWith('::notice'))).toHaveLength(1)
  })

  test('are one line each, and no name makes a command', () => {
    const lines = renderGithub(
      Array.from({ length: 11 }, () => hostile),
      context,
    ).split('\n')
    expect(lines).toHaveLength(12)
    expect(lines.filter(line => line.startsWith('::')).every(line => line.startsWith('::error file='))).toBe(true)
    expect(lines[0]?.split(',').length).toBe(3)
    expect(lines[0]).toContain('%250A')
  })
})

test('code quality of GitLab has an issue for each finding that is not exempt', () => {
  const issues = JSON.parse(renderGitlab(all, context))
  expect(issues).toEqual([
    {
      description: 'Web does not fit.',
      check_name: 'incompatible-launch',
      fingerprint: 'incompatible-launch/web.yaml/Maybe',
      severity: 'info',
      location: { path: 'web.yaml', lines: { begin: 7 } },
    },
    expect.objectContaining({ severity: 'major', fingerprint: 'incompatible-launch/web.yaml/Web' }),
  ])
})

describe('a comment in Markdown', () => {
  test('counts, and folds what is unknown', () => {
    const text = renderMarkdown(all, context)
    expect(text).toMatch(/^### virtguard lint: 1 finding, 1 unknown\n/)
    expect(text).toContain('| MEDIUM | incompatible-launch | web.yaml:7 &#40;Web&#41; | Web does not fit. |')
    expect(text.indexOf('Maybe')).toBeGreaterThan(text.indexOf('<details>'))
    expect(renderMarkdown([exempt, passed], context)).toBe('### virtguard lint: nothing found\n')
  })

  test('fits the limit of a comment, and counts what is left out', () => {
    const many = Array.from({ length: 2_000 }, (_, index) => [aFinding(), unknown(`U${index}`)]).flat()
    const text = renderMarkdown(many, context)
    expect(text.length).toBeLessThan(65_536)
    expect(text.match(/\d+ more are in the log/g)).toHaveLength(2)
  })

  test('has no mention, link, HTML or cell of a stranger', () => {
    const row = renderMarkdown([hostile], context)
      .split('\n')
      .find(line => line.startsWith('| MEDIUM'))
    expect(row?.match(/(?<!&#\d+);|[@[\]<>`$]|:\/\//g)).toBeNull()
    expect(row?.split('|')).toHaveLength(6)
  })
})

test.each(Object.entries(RENDERERS))('%s writes no character that is not seen as itself', (_, render) =>
  expect(render([hostile], context).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u),
)

test.each(Object.entries(RENDERERS))('%s of no findings is a whole document', (name, render) => {
  const text = render([], context)
  if (name === 'renderSarif' || name === 'renderGitlab') expect(() => JSON.parse(text)).not.toThrow()
  if (name === 'renderJunit') expect(text).toContain('</testsuites>')
})
