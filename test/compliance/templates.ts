/** The packaged stack as files, for programs that check templates. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from '@jest/globals'
import { buildTemplate } from '../../infra/package/template.ts'
import type { Options } from '../../infra/settings/settings-file.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { CHANNELS } from '../infra/channels.ts'
import { ENFORCING } from '../infra/stack.ts'
import { strictOptions } from './exceptions.ts'

const folder = mkdtempSync(join(tmpdir(), 'virtguard-compliance-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Everything that a stack can have: it stops instances, and has a channel of each type. */
const WHOLE: Policy = { ...ENFORCING, channels: CHANNELS }

const bundle = { bucket: 'company-artifacts', key: 'code.zip' }

const writeTemplate = (name: string, options?: Options) => {
  const file = join(folder, `${name}.json`)
  const { text } = buildTemplate({
    policy: WHOLE,
    emails: ['boss@example.com'],
    live: true,
    sweepRegions: 'own',
    ownSubscribers: false,
    bundles: { evaluate: bundle, confirm: bundle, sweep: bundle, enforce: bundle, notify: bundle },
    ...(options !== undefined && { options }),
  })
  writeFileSync(file, text)
  return { file, template: JSON.parse(text) }
}

export const byDefault = writeTemplate('default')
export const strict = writeTemplate('strict', strictOptions())

/** Each finding once, by template. */
export const sortFindings = (found: readonly { readonly file: string; readonly id: string }[]) => {
  const of = (file: string): readonly string[] => [
    ...new Set(found.filter(one => one.file.endsWith(file)).map(({ id }) => id)),
  ]
  return { byDefault: of('default.json').toSorted(), strict: of('strict.json').toSorted() }
}
