import { describe, expect, test } from '@jest/globals'
import { UserError } from '../../shared/errors.ts'
import { parseSettings } from '../../shared/settings/load.ts'
import { ACCEPTED, REFUSED } from './cases.ts'

const complaintOn = (text: string): string => {
  try {
    parseSettings(text, 's')
  } catch (error) {
    if (error instanceof UserError) return error.message
    throw error
  }
  throw new Error('nothing was refused')
}

describe('the settings of a deployment', () => {
  test.each(Object.entries(ACCEPTED))('may be: %s', (_, text) => {
    expect(parseSettings(text, 's').version).toBe(1)
  })

  test('say nothing of what is left out', () => {
    expect(parseSettings('version: 1\n', 's')).toEqual({ version: 1 })
  })

  test.each(Object.entries(REFUSED))('are refused in one line: %s', (_, [text, line]) => {
    expect(complaintOn(text)).toBe(line)
  })

  test('are refused with a line for each mistake, in the order of the file', () => {
    expect(complaintOn('version: 1\nxray: yes\nfips: no\n').split('\n')).toEqual([
      's:2:1 xray: "yes" is not valid; write true or false',
      's:3:1 fips: "no" is not valid; write true or false',
    ])
  })

  test.each([
    ['', 's:1:1 is empty; write at least version: 1'],
    ['version: 1\n---\nversion: 1\n', 's:2:1 a second YAML document; keep one deployment in a file'],
    [
      'version: 1\ntags: { namePrefix: a',
      expect.stringMatching(/^s:2:\d+ cannot be read as YAML: .*; correct this line$/),
    ],
    ['- 1\n', 's:1:1 is a list; write settings: version: 1, then policy, addresses and others'],
    [`#${'x'.repeat(65_536)}`, 's: is larger than 64 KiB; settings have one or two'],
  ])('are refused as a file: %.20j', (text, line) => {
    expect(complaintOn(text)).toEqual(line)
  })
})
