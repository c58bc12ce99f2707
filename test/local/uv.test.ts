import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { installWithUv } from '../../local/uv.ts'

// The stand-ins are shell scripts.
const onUnix = process.platform === 'win32' ? describe.skip : describe

onUnix('packages of Python', () => {
  let bin: string
  beforeEach(() => {
    bin = mkdtempSync(path.join(tmpdir(), 'virtguard-uv-'))
  })
  afterEach(() => rmSync(bin, { recursive: true }))

  const install = async (...lines: readonly string[]) => {
    const python = path.join(bin, 'python')
    writeFileSync(python, ['#!/bin/sh', `echo "$2 $3" >> ${bin}/calls`, ...lines].join('\n'))
    chmodSync(python, 0o755)
    const installed = await installWithUv({
      python,
      requirements: 'requirements.txt',
      env: { PATH: process.env['PATH'] },
    })
    return { installed, calls: readFileSync(path.join(bin, 'calls'), 'utf8').trim().split('\n') }
  }

  test('are installed with uv, which pip installs', async () => {
    expect(await install('exit 0')).toEqual({ installed: true, calls: ['pip config', 'pip install', 'uv pip'] })
  })

  test.each([
    "global.index-url='https://packages.example.com/simple'",
    ":env:.extra-index-url='https://packages.example.com/simple'",
    "global.proxy='http://proxy.example.com:3128'",
  ])('are left to pip where its settings name the way to them: %s', async setting => {
    expect(await install(`echo "${setting}"`)).toEqual({ installed: false, calls: ['pip config'] })
  })

  test('are left to pip where uv is not to be had', async () => {
    expect(await install('test "$3" != install')).toEqual({ installed: false, calls: ['pip config', 'pip install'] })
  })

  test('are left to pip where uv fails', async () => {
    expect((await install('test "$2" != uv')).installed).toBe(false)
  })
})
