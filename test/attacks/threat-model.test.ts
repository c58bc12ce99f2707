import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { ATTEMPTS } from './attempts.ts'
import { ATTACKERS, type Attacker, type Attempt } from './model.ts'

const ROOT = join(__dirname, '../..')
const page = readFileSync(join(ROOT, 'docs/threat-model.md'), 'utf8')

const row = ({ id, tries, answer, accepted, shownBy }: Attempt): string => {
  const name = shownBy.file.replace(/^test\//, '').replace(/\.test\.ts$/, '')
  return `| ${id} | ${tries} | ${answer}${accepted === undefined ? '' : `. Accepted: ${accepted}`} | [${name}](../${shownBy.file}) |`
}

const rowsOf = (who: Attacker): readonly string[] => ATTEMPTS.filter(attempt => attempt.who === who).map(row)

const sectionOf = (who: Attacker): string => {
  const [, after = ''] = page.split(`## ${who.charAt(0).toUpperCase()}${who.slice(1)}\n`)
  return after.split('\n## ')[0] ?? ''
}

// What the tests of this folder and of the others show is listed by name, so that the output can be read beside the page.
afterAll(() => {
  process.stdout.write(
    `Attempts of the threat model, each with its test:\n${ATTEMPTS.map(({ id, who, shownBy }) => `  ${who}: ${id} (${shownBy.file})`).join('\n')}\n`,
  )
})

describe('the threat model', () => {
  test('names each attempt once', () => {
    const ids = ATTEMPTS.map(({ id }) => id)
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
  })

  test.each(Object.entries(ATTACKERS))('has on its page what each attacker may do: %s', (who, may) => {
    expect(page).toContain(`## ${who.charAt(0).toUpperCase()}${who.slice(1)}\n`)
    expect(page.replaceAll('\n', ' ')).toContain(may)
  })

  test.each(Object.keys(ATTACKERS) as Attacker[])(
    'has on its page the attempts of each attacker, and no others: %s',
    who => {
      const shown = sectionOf(who)
        .split('\n')
        .filter(line => /^\| [a-z0-9-]+ \|/.test(line) && !line.startsWith('| id |'))
      expect(shown).toEqual(rowsOf(who))
    },
  )

  test.each(ATTEMPTS.map(attempt => [attempt.id, attempt] as const))(
    'names for each attempt a test that exists: %s',
    (_, { shownBy }) => {
      const file = join(ROOT, shownBy.file)
      expect({ file: shownBy.file, exists: existsSync(file) }).toEqual({ file: shownBy.file, exists: true })
      expect(readFileSync(file, 'utf8')).toContain(shownBy.name)
    },
  )
})
