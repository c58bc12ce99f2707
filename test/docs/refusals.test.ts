import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { SUBSCRIPTIONS } from '../../shared/facts/event-patterns.ts'
import { NODE_GROUP_WORDINGS, RESIZE_WORDINGS, WORDINGS } from '../../shared/facts/wordings.ts'

const page = readFileSync('docs/refusals.md', 'utf8')
const ALL = [...WORDINGS, ...RESIZE_WORDINGS, ...NODE_GROUP_WORDINGS]

/** The first three cells of each row of the table of wordings. */
const rows = page
  .slice(page.indexOf('| The message'), page.indexOf('EC2’s [list') === -1 ? page.indexOf("EC2's [list") : undefined)
  .split('\n')
  .filter(line => line.startsWith('| `'))
  .map(line => line.split(' | ').map(cell => cell.replace(/^\| /, '')))

test.each(ALL.map(wording => [wording.starts, wording] as const))(
  'the page of refusals has a row for the wording %j',
  (_, { starts, rest = '', code, reason }) => {
    const [, of = '', means] =
      rows.find(([message = '']) => message.startsWith(`\`${starts}`) && message.includes(rest.trim())) ?? []
    expect(of).toContain(`\`${code}\``)
    expect(means).toBe(reason === undefined ? 'ambiguous' : `\`${reason}\``)
  },
)

test('the page of refusals has no row more, and a source for each', () => {
  expect(rows).toHaveLength(ALL.length)
  for (const [, , , source = ''] of rows) expect(source.length).toBeGreaterThan(10)
})

test('the page of refusals names every call and event that is subscribed to', () => {
  const doors = SUBSCRIPTIONS.filter(({ kind }) => kind === 'refused-launch').flatMap(({ pattern }) => {
    const { eventName } = pattern.detail
    return Array.isArray(eventName) ? eventName : pattern['detail-type']
  })
  expect(doors.length).toBeGreaterThan(8)
  for (const door of doors) expect(page).toContain(`\`${door}`)
})
