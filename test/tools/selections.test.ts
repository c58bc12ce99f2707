import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { foldersOf, jestArguments } from '../selections.mjs'

const ROOT = path.join(__dirname, '..', '..')

describe('a part of the tests', () => {
  test('that depends on Node is what users run, and what talks to AWS', () => {
    const folders = foldersOf('node', ROOT)
    expect(folders).toEqual(expect.arrayContaining(['cli', 'local', 'aws']))
    for (const other of ['infra', 'rules', 'report', 'tools']) expect(folders).not.toContain(other)
  })

  test('that is quick is the core, without command lines, stacks and worlds', () => {
    const folders = foldersOf('unit', ROOT)
    expect(folders).toEqual(expect.arrayContaining(['alert', 'engine', 'facts', 'ledger', 'policy', 'rules']))
    for (const slow of ['aws', 'cli', 'cloud', 'functions', 'infra', 'report']) expect(folders).not.toContain(slow)
  })

  test('is selected by its name, beside what jest is given', () => {
    expect(jestArguments(['--json'], ROOT)).toEqual(['--json'])
    const [projects, core, paths, pattern, json] = jestArguments(['--only', 'unit', '--json'], ROOT)
    expect([projects, core, paths, json]).toEqual(['--selectProjects', 'core', '--testPathPatterns', '--json'])
    expect('/there/test/engine/decide.test.ts').toMatch(new RegExp(pattern ?? ''))
    expect('/there/test/cli/check.test.ts').not.toMatch(new RegExp(pattern ?? ''))
    expect(() => jestArguments(['--only', 'all'], ROOT)).toThrow('there are only unit and node')
  })
})
