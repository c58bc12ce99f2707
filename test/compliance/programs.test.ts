// Programs from PyPI, in an environment of their own that the first run makes.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { findPython, prepareEnvironment } from '../../local/python.ts'
import { ROOT } from '../../local/root.ts'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { UserError } from '../../shared/errors.ts'
import { combineDenied, listDenied } from '../../shared/guardrails/denied-types.ts'
import { buildBoundary, buildScps } from '../../shared/guardrails/documents.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { listed } from './exceptions.ts'
import { files, sortFindings } from './templates.ts'

/** Why there is no Python, where that may be. */
const missing = (): string | undefined => {
  try {
    findPython()
    return undefined
  } catch (error) {
    if (!(error instanceof UserError) || process.env['CI']) throw error
    return error.message
  }
}

const problem = missing()
const describeWithPython = problem === undefined ? describe : describe.skip

describeWithPython(`programs that check templates and workflows${problem === undefined ? '' : ` (${problem})`}`, () => {
  let bin = ''
  beforeAll(async () => {
    const python = await prepareEnvironment({
      folder: join(ROOT, '.venv', 'compliance'),
      requirements: join(__dirname, 'requirements.txt'),
      modules: ['checkov', 'cfnlint', 'parliament', 'check_jsonschema', 'pre_commit'],
      what: 'the programs that check templates and workflows',
      say: line => process.stdout.write(`compliance: ${line}\n`),
      // They use few of their files: Python compiles those that it needs.
      env: { ...process.env, PIP_NO_COMPILE: '1' },
    })
    bin = dirname(python)
  }, 590_000)

  const run = (program: string, args: readonly string[]): string => {
    const { stdout, stderr } = spawnSync(join(bin, program), args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    if (stdout === '') throw new Error(`${program} says nothing but ${stderr}`)
    return stdout
  }

  test('checkov finds what docs/compliance.md lists, and nothing else', () => {
    const options = ['--framework', 'cloudformation', '--output', 'json', '--compact', '--quiet', '--skip-download']
    const { results, summary } = JSON.parse(run('checkov', ['-f', ...files, ...options]))
    expect(summary).toMatchObject({ parsing_errors: 0, skipped: 0 })
    expect(summary.passed).toBeGreaterThan(500)
    const found = results.failed_checks.map((check: { check_id: string; file_path: string }) => ({
      file: check.file_path,
      id: check.check_id,
    }))
    expect(sortFindings(found)).toEqual(listed(/^CKV/))
  }, 240_000)

  test('cfn-lint finds what docs/compliance.md lists, and nothing else', () => {
    const found = JSON.parse(run('cfn-lint', ['--format', 'json', ...files])).map(
      (match: { Filename: string; Rule: { Id: string } }) => ({ file: match.Filename, id: match.Rule.Id }),
    )
    expect(sortFindings(found)).toEqual(listed(/^[EWI]\d{4}$/))
  }, 240_000)

  test.each([
    ['action.yml', 'github-actions'],
    ['examples/lint/github-actions.yml', 'github-workflows'],
    ['examples/lint/gitlab-ci.yml', 'gitlab-ci'],
  ])(
    'check-jsonschema finds %s valid as %s',
    (file, schema) => {
      const said = run('check-jsonschema', ['--builtin-schema', `vendor.${schema}`, join(ROOT, file)])
      expect(said.trim()).toBe('ok -- validation done')
    },
    60_000,
  )

  test('pre-commit finds the hook and its example valid', () => {
    const validate = (command: string, file: string) =>
      spawnSync(join(bin, 'pre-commit'), [command, join(ROOT, file)], { encoding: 'utf8' })
    expect(validate('validate-manifest', '.pre-commit-hooks.yaml')).toMatchObject({ status: 0, stdout: '' })
    expect(validate('validate-config', 'examples/lint/pre-commit-config.yaml')).toMatchObject({ status: 0, stdout: '' })
  }, 60_000)

  test('zizmor finds nothing in the workflows, the action and its example', () => {
    const checked = ['.github/workflows', 'action.yml', 'examples/lint/github-actions.yml'].map(path =>
      join(ROOT, path),
    )
    expect(JSON.parse(run('zizmor', ['--offline', '--format', 'json', ...checked]))).toEqual([])
  }, 60_000)

  // Its data are older than the newest condition keys: it proves that the keys of guardrails exist, and not the reverse.
  const lintPolicy = (text: string) => {
    const { status, stdout, stderr } = spawnSync(join(bin, 'parliament'), [], {
      input: text,
      encoding: 'utf8',
      env: { ...process.env, PYTHONWARNINGS: 'ignore' },
    })
    return { status, said: `${stdout}${stderr}` }
  }

  test('parliament finds nothing in the guardrails of the default policy', () => {
    const patterns = combineDenied(listDenied(DEFAULT_POLICY, loadCatalogue()))
    const options = { except: ['arn:aws:iam::*:role/legacy-*'], spotRequests: true }
    const documents = [...buildScps(patterns, options), buildBoundary(patterns, options)]
    expect(documents.map(({ text }) => lintPolicy(text))).toEqual(documents.map(() => ({ status: 0, said: '' })))
  }, 60_000)

  test('parliament knows that EC2 has no condition key for the virtualization type', () => {
    const condition = { StringLike: { 'ec2:VirtualizationType': 'paravirtual' } }
    const statement = { Effect: 'Deny', Action: 'ec2:RunInstances', Resource: '*', Condition: condition }
    const { status, said } = lintPolicy(JSON.stringify({ Version: '2012-10-17', Statement: [statement] }))
    expect(status).toBe(1)
    expect(said).toContain('Unknown condition ec2:VirtualizationType')
  }, 60_000)
})
