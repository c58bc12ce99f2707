/** The packaged stack as files, for programs that check templates. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from '@jest/globals'
import { buildTemplate } from '../../infra/package/template.ts'
import type { Options } from '../../infra/settings/settings-file.ts'
import { buildSpokeRoles } from '../../infra/spokes/roles.ts'
import { buildSpokeRules } from '../../infra/spokes/rules.ts'
import { buildStackSets } from '../../infra/spokes/stack-sets.ts'
import type { Template } from '../../infra/spokes/template.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { CHANNELS } from '../infra/channels.ts'
import { ENFORCING } from '../infra/stack.ts'
import { strictOptions } from './exceptions.ts'

const folder = mkdtempSync(join(tmpdir(), 'virtguard-compliance-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Everything that a stack can have: it stops instances, has a channel of each type, and is the hub of an organization. */
const WHOLE: Policy = { ...ENFORCING, channels: CHANNELS }

const bundle = { bucket: 'company-artifacts', key: 'code.zip' }

const writeTemplate = (name: string, options?: Options) => {
  const file = join(folder, `${name}.json`)
  const { text } = buildTemplate({
    policy: WHOLE,
    organization: 'o-a1b2c3d4e5',
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

const writeSpoke = (name: string, template: Template | undefined): string => {
  if (template === undefined) throw new Error(`the policy needs no ${name}`)
  const file = join(folder, `${name}.json`)
  writeFileSync(file, JSON.stringify(template, null, 2))
  return file
}

const HUB = { organizationId: 'o-a1b2c3d4e5', accountId: '123456789012', region: 'eu-central-1' }
const [roles, rules] = [buildSpokeRoles(HUB, WHOLE), buildSpokeRules(HUB, WHOLE)]
const targets = { units: ['ou-ab12-34cd56ef'], regions: ['eu-central-1', 'us-east-1'] }
const spokes = [
  writeSpoke('spoke-roles', roles),
  writeSpoke('spoke-region', rules),
  writeSpoke('spoke-stack-sets', rules && buildStackSets(HUB, { roles, rules }, targets)),
]

/** Every template that virtguard writes. */
export const files: readonly string[] = [byDefault.file, strict.file, ...spokes]

/** Each finding once, by template. */
export const sortFindings = (found: readonly { readonly file: string; readonly id: string }[]) => {
  const of = (file: RegExp): readonly string[] =>
    [...new Set(found.filter(one => file.test(one.file)).map(({ id }) => id))].toSorted()
  return { byDefault: of(/default\.json$/), strict: of(/strict\.json$/), spokes: of(/spoke-\w+\.json$/) }
}
