import { join } from 'node:path'
import { buildSpokeRoles } from '../../infra/spokes/roles.ts'
import { buildSpokeRules } from '../../infra/spokes/rules.ts'
import type { Hub, Template } from '../../infra/spokes/template.ts'
import { REGIONS } from '../../shared/catalogue/regions.ts'
import { UserError } from '../../shared/errors.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { findNearest } from '../../shared/text/nearest-word.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import { writeFolder } from '../output/write-folder.ts'

type Writing = { readonly hub: Hub; readonly policy: Policy; readonly output: string }

const ROLES = 'spoke-roles.json'
const RULES = 'spoke-region.json'

/** Writes both templates into a folder, and says how they are deployed. Throws UserError. */
export const writeSpokeTemplates = async (io: Io, { hub, policy, output }: Writing): Promise<void> => {
  const rules = buildSpokeRules(hub, policy)
  if (rules === undefined)
    throw new UserError('the policy turns every rule off, so spokes have nothing to forward; turn one on (--policy)')
  warnOfRegion(io, hub)
  const paths = await writeFolder(output, { [ROLES]: asText(buildSpokeRoles(hub, policy)), [RULES]: asText(rules) })
  for (const path of paths) io.out.write(`${path}\n`)
  printLine(io.err, 'deploy them after the hub: the roles once in each account, then the rules in each of its regions')
  printLine(
    io.err,
    `  aws cloudformation deploy --stack-name virtguard-spoke-roles --template-file ${join(output, ROLES)} --capabilities CAPABILITY_NAMED_IAM`,
  )
  printLine(
    io.err,
    `  aws cloudformation deploy --stack-name virtguard-spoke-region --template-file ${join(output, RULES)}`,
  )
}

const asText = (template: Template): string => `${JSON.stringify(template, null, 2)}\n`

const warnOfRegion = (io: Io, { region }: Hub): void => {
  if (REGIONS.includes(region)) return
  const near = findNearest(region, REGIONS)
  const todo = near === undefined ? 'check its name' : `did you mean ${near}?`
  printLine(io.err, `warning: --hub: ${region} is no region that is known to this version of virtguard; ${todo}`)
}
