import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'

const draw = (ci: string): string =>
  spawnSync(
    process.execPath,
    ['-p', "JSON.stringify(require('./fast-check.cjs').sample(require('./fast-check.cjs').nat(), 9))"],
    {
      cwd: join(__dirname, '..'),
      env: { ...process.env, CI: ci },
      encoding: 'utf8',
    },
  ).stdout

test('property tests draw the same values in CI, and others each time elsewhere', () => {
  expect(JSON.parse(draw('true'))).toHaveLength(9)
  expect(draw('true')).toBe(draw('true'))
  expect(draw('')).not.toBe(draw(''))
})
