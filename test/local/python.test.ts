import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { findPython, preparePython } from '../../local/python.ts'
import { UserError } from '../../shared/errors.ts'

// The stand-ins are shell scripts.
const onUnix = process.platform === 'win32' ? describe.skip : describe

onUnix('Python', () => {
  let bin: string
  beforeEach(() => {
    bin = mkdtempSync(path.join(tmpdir(), 'virtguard-python-'))
  })
  afterEach(() => rmSync(bin, { recursive: true }))

  const program = (name: string, ...lines: string[]) => {
    writeFileSync(path.join(bin, name), ['#!/bin/sh', ...lines].join('\n'))
    chmodSync(path.join(bin, name), 0o755)
  }
  const env = () => ({ PATH: bin })

  test('Python is the first on the PATH that is new enough', () => {
    program('python3', 'echo 3.9.18')
    program('python3.12', 'echo 3.12.4')
    program('python3.10', 'echo 3.10.1')
    expect(findPython(env())).toEqual({ command: ['python3.12'], version: '3.12.4' })
  })

  test('Python may hide behind the launcher of Windows', () => {
    program('py', 'test "$1" = -3 && echo 3.13.0')
    expect(findPython(env())).toEqual({ command: ['py', '-3'], version: '3.13.0' })
  })

  test('a missing Python is reported in one line', () => {
    expect(() => findPython(env())).toThrow(
      new UserError('Python 3.10 or newer is needed, and no Python is on the PATH'),
    )
  })

  test('a Python that is too old is reported in one line', () => {
    program('python3', 'echo 3.8.10')
    program('python', 'echo 2.7.18')
    const line = 'Python 3.10 or newer is needed, and only Python 3.8.10 and 2.7.18 is on the PATH'
    expect(() => findPython(env())).toThrow(new UserError(line))
  })

  test('a Python that is installed but broken counts as none', () => {
    program('python3', 'exit 1')
    expect(() => findPython(env())).toThrow(/no Python is on the PATH/)
  })

  test('a Python without its venv module, as on Debian, is reported in one line, and nothing half-made stays', async () => {
    program(
      'python3',
      'case "$1" in -c) echo 3.11.2;; *) echo "The virtual environment was not created because ensurepip is not available."; exit 1;; esac',
    )
    const folder = path.join(bin, 'venv')
    const made = preparePython({ folder, say: () => {}, env: env() })
    await expect(made).rejects.toThrow(
      /^[^\n]*venv module is missing \(Debian, Ubuntu: apt install python3\.11-venv\)$/,
    )
  })
})
