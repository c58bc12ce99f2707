import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { makeFolder } from '../../cli/output/make-folder.ts'
import { virtguard } from './run-cli.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'virtguard-folder-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

test('a folder is made with those above it, and may be there already', async () => {
  const deep = join(folder, 'a', 'b', 'c')
  await makeFolder(deep)
  await makeFolder(deep)
  expect(statSync(deep).isDirectory()).toBe(true)
})

test('several that are made at once below a new folder are all made', async () => {
  const all = ['x', 'y', 'z'].map(name => join(folder, 'new', 'deep', name))
  await Promise.all(all.map(makeFolder))
  expect(all.every(path => statSync(path).isDirectory())).toBe(true)
})

test('a file in the way is an error of the system', async () => {
  writeFileSync(join(folder, 'file'), '')
  await expect(makeFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' })
  await expect(makeFolder(join(folder, 'file', 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' })
})

// In /proc the system refuses with ENOENT below a folder that is there. Other systems have no such place.
const NOWHERE = process.platform === 'linux' ? [['/proc/virtguard/deep', '/proc/virtguard']] : []

test.each([...NOWHERE, ['file/below', 'file/below']])(
  'guardrails --output %s ends with one line',
  async (output, named) => {
    writeFileSync(join(folder, 'file'), '')
    const place = (path: string) => (path.startsWith('/') ? path : join(folder, path))
    const { code, out, errLines } = await virtguard([
      ...['guardrails', '--as', 'scp', '--rule', 'paravirtual-instance', '--output', place(output)],
    ])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(errLines).toEqual([expect.stringMatching(new RegExp(`^virtguard: ${place(named)}: .*; `))])
  },
)
