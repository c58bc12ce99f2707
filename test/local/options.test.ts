import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readOptions } from '../../local/options.ts'
import { ROOT } from '../../local/root.ts'
import { SHOW_POLICY } from '../../local/scenes.ts'

describe('the options of npm start', () => {
  test('find a policy from the folder in which npm was called', () => {
    expect(readOptions(['--policy', 'policy.example.yaml'], path.join(ROOT, 'docs'))).toEqual({
      keep: false,
      help: false,
      policy: path.join(ROOT, 'docs', 'policy.example.yaml'),
    })
    expect(readOptions(['--keep'], ROOT)).toEqual({ keep: true, help: false })
  })

  test.each([
    [['--policy', 'no-such.yaml'], /^no-such\.yaml cannot be read \(ENOENT\); give a policy file$/],
    [['--policy', 'package.json'], /^package\.json:\d+:\d+ /],
    [['--polcy'], /--polcy'?; npm start -- --help says what there is$/],
  ])('refuse %j before anything is started', (args, message) => {
    expect(() => readOptions(args, ROOT)).toThrow(message)
  })

  test('are valid without a policy', () => {
    expect(readOptions(['--policy', SHOW_POLICY]).policy).toBe(SHOW_POLICY)
  })
})
