import { join } from 'node:path'
import { buildSpokeRoles } from '../../infra/spokes/roles.ts'
import { buildSpokeRules } from '../../infra/spokes/rules.ts'
import { buildStackSets, type Targets } from '../../infra/spokes/stack-sets.ts'
import type { Hub, Template } from '../../infra/spokes/template.ts'
import { REGIONS } from '../../shared/catalogue/regions.ts'
import { UserError } from '../../shared/errors.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { findNearest } from '../../shared/text/nearest-word.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import { writeFolder } from '../output/write-folder.ts'

type Writing = {
  readonly hub: Hub
  readonly policy: Policy
  readonly output: string
  /** Where StackSets deploy the templates, if there are to be any. */
  readonly targets?: Targets
}

const ROLES = 'spoke-roles.json'
const RULES = 'spoke-region.json'
const STACK_SETS = 'spoke-stack-sets.json'

/** Writes the templates into a folder, and says how they are deployed. Throws UserError. */
export const writeSpokeTemplates = async (io: Io, { hub, policy, output, targets }: Writing): Promise<void> => {
  const rules = buildSpokeRules(hub, policy)
  if (rules === undefined)
    throw new UserError('the policy turns every rule off, so spokes have nothing to forward; turn one on (--policy)')
  for (const region of [hub.region, ...(targets?.regions ?? [])]) warnOfRegion(io, region)
  const roles = buildSpokeRoles(hub, policy)
  const paths = await writeFolder(output, {
    [ROLES]: asText(roles),
    [RULES]: asText(rules),
    ...(targets !== undefined && { [STACK_SETS]: asText(buildStackSets(hub, { roles, rules }, targets)) }),
  })
  for (const path of paths) io.out.write(`${path}\n`)
  for (const line of targets === undefined ? explainByHand(output) : explainStackSets(output, targets))
    printLine(io.err, line)
}

const formatDeploy = (stack: string, file: string): string =>
  `  aws cloudformation deploy --stack-name ${stack} --template-file ${file}`

const explainByHand = (output: string): readonly string[] => [
  'deploy them after the hub: the roles once in each account, then the rules in each of its regions',
  `${formatDeploy('virtguard-spoke-roles', join(output, ROLES))} --capabilities CAPABILITY_NAMED_IAM`,
  formatDeploy('virtguard-spoke-region', join(output, RULES)),
]

const explainStackSets = (output: string, { management }: Targets): readonly string[] => [
  `deploy it after the hub, once, ${management === undefined ? 'in the management account' : `as a delegated administrator of ${management}`}`,
  formatDeploy('VirtguardSpokes', join(output, STACK_SETS)),
  'StackSets never deploy into the management account: there deploy the two others by hand',
  ...explainByHand(output).slice(1),
]

const asText = (template: Template): string => `${JSON.stringify(template, null, 2)}\n`

const warnOfRegion = (io: Io, region: string): void => {
  if (REGIONS.includes(region)) return
  const near = findNearest(region, REGIONS)
  const todo = near === undefined ? 'check its name' : `did you mean ${near}?`
  printLine(io.err, `warning: ${region} is no region that is known to this version of virtguard; ${todo}`)
}
