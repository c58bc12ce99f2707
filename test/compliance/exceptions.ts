import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Options } from '../../infra/settings/settings-file.ts'
import { parseSettings } from '../../shared/settings/load.ts'

export const page = readFileSync(join(__dirname, '../../docs/compliance.md'), 'utf8')

const [, byDefault = '', strict = ''] = page.split(/^## With .*$/m)

const findingsOf = (text: string) =>
  [...text.matchAll(/^\| `([\w.]+)` \|[^|]+\|[^|]+\| ([^|]+) \|$/gm)].map(([, id = '', remedy = '']) => ({
    id,
    remedy,
  }))

/** What docs/compliance.md lists, of the programs whose findings look so. */
export const listed = (ids: RegExp) => {
  const isAsked = ({ id }: { readonly id: string }) => ids.test(id)
  const standard = findingsOf(byDefault).filter(isAsked)
  const kept = standard.filter(({ remedy }) => remedy === 'nothing')
  return {
    byDefault: standard.map(({ id }) => id).sort(),
    spokes: [],
    strict: [...kept, ...findingsOf(strict).filter(isAsked)].map(({ id }) => id).sort(),
  }
}

/** The settings that the page gives. */
export const strictOptions = (): Options => {
  const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? []
  const { version, addresses, policy, subscribers, live, sweepRegions, organization, hook, ...options } = parseSettings(
    text,
    'docs/compliance.md',
  )
  return options
}
