import { type Command, InvalidArgumentError } from 'commander'
import type { Targets } from '../../infra/spokes/stack-sets.ts'
import { UserError } from '../../shared/errors.ts'
import type { AccountRegion } from '../../shared/facts/account-region.ts'
import { ORGANIZATION_ID, REGION } from '../../shared/settings/forms.ts'
import type { Io } from '../output/io.ts'
import { USUAL_ROLE } from '../scan/organization-scope.ts'
import { parseAccount, parseAccounts, parseRegions, parseRoleName, parseUnits } from './aws-options.ts'
import { formatExamples } from './options.ts'

type Options = {
  readonly organization: string
  readonly hub: AccountRegion
  readonly policy?: string
  readonly output: string
  readonly target?: readonly string[]
  readonly region?: readonly string[]
  readonly managementAccount?: string
}

/** Where StackSets deploy the spokes, if that is asked for. Throws UserError. */
const toTargets = ({ target = [], region = [], managementAccount }: Options): Targets | undefined => {
  if (target.length === 0 && region.length === 0 && managementAccount === undefined) return undefined
  if (target.length === 0 || region.length === 0)
    throw new UserError('StackSets need OUs and regions: give --target and --region, or leave out both')
  return {
    units: [...new Set(target)],
    regions: [...new Set(region)],
    ...(managementAccount !== undefined && { management: managementAccount }),
  }
}

const run = async (io: Io, options: Options): Promise<number> => {
  const { organization, hub, policy, output } = options
  const targets = toTargets(options)
  const { readPolicy } = await import('../policy/policy-file.ts')
  const { writeSpokeTemplates } = await import('../spokes/write-templates.ts')
  const from = { ...hub, organizationId: organization }
  await writeSpokeTemplates(io, {
    hub: from,
    policy: await readPolicy(policy),
    output,
    ...(targets !== undefined && { targets }),
  })
  return 0
}

const parseOrganization = (text: string): string => {
  if (!ORGANIZATION_ID.test(text))
    throw new InvalidArgumentError('Write the id of the organization, like o-a1b2c3d4e5; AWS Organizations shows it.')
  return text
}

const parseHub = (text: string): AccountRegion => {
  const [accountId = '', region = '', ...more] = text.split('/')
  if (!/^\d{12}$/.test(accountId) || !REGION.test(region) || more.length > 0)
    throw new InvalidArgumentError('Write account and region of the hub, like 123456789012/eu-central-1.')
  return { accountId, region }
}

type CheckOptions = {
  readonly organization: string
  readonly hub: AccountRegion
  readonly policy?: string
  readonly account?: readonly string[]
  readonly roleName: string
  readonly profile?: string
}

const runCheck = async (io: Io, options: CheckOptions): Promise<number> => {
  const { organization, hub, policy, account = [], roleName, profile } = options
  const { readPolicy } = await import('../policy/policy-file.ts')
  const { checkSpokes } = await import('../spokes/check-spokes.ts')
  return checkSpokes(io, {
    hub: { ...hub, organizationId: organization },
    policy: await readPolicy(policy),
    accounts: account,
    roleName,
    ...(profile !== undefined && { profile }),
  })
}

const addCheckCommand = (spokes: Command, io: Io, done: (exitCode: number) => void): void => {
  spokes
    .command('check')
    .summary('compare the roles of accounts with the template')
    .description(
      'Reads the roles of virtguard in each account, and says what is missing or differs from spoke-roles.json. It changes nothing.',
    )
    .requiredOption('--organization <id>', 'the organization of hub and spokes', parseOrganization)
    .requiredOption('--hub <account/region>', 'account and region of the hub', parseHub)
    .option('--policy <file>', 'the policy of the hub (default: every rule of the first preset observes)')
    .option('--account <id>', 'an account (may be repeated; default: every account of the organization)', parseAccounts)
    .option('--role-name <name>', 'the role of each account to read with', parseRoleName, USUAL_ROLE)
    .option('--profile <name>', 'the AWS profile to use')
    .addHelpText('after', formatExamples(CHECK_EXAMPLE))
    .action(async (options: CheckOptions) => done(await runCheck(io, options)))
}

export const addSpokes = (program: Command, io: Io, done: (exitCode: number) => void): void => {
  const spokes = program
    .command('spokes')
    .summary('write the templates for the accounts of an organization, and check them')
    .description('Writes and checks what the accounts of an organization need, so that a hub can guard them.')
    .addHelpText('after', formatExamples(EXAMPLE))
  spokes
    .command('template')
    .summary('write two CloudFormation templates')
    .description(
      'Writes two plain CloudFormation templates: spoke-roles.json, once an account, and spoke-region.json, once an account and region. With --target it also writes spoke-stack-sets.json, which has StackSets deploy both. They have no code. It asks nothing of AWS.',
    )
    .requiredOption('--organization <id>', 'the organization of hub and spokes', parseOrganization)
    .requiredOption('--hub <account/region>', 'account and region of the hub', parseHub)
    .option('--policy <file>', 'the policy of the hub (default: every rule of the first preset observes)')
    .requiredOption('--output <folder>', 'the folder for the templates')
    .option(
      '--target <id>',
      'an OU, or the root: also write StackSets that deploy both there (may be repeated)',
      parseUnits,
    )
    .option('--region <region>', 'with --target: a region of the spokes (may be repeated)', parseRegions)
    .option(
      '--management-account <id>',
      'with --target: the account, if you deploy as its delegated administrator',
      parseAccount,
    )
    .addHelpText('after', formatExamples(EXAMPLE, WITH_STACK_SETS))
    .action(async (options: Options) => done(await run(io, options)))
  addCheckCommand(spokes, io, done)
}

const EXAMPLE =
  'virtguard spokes template --organization o-a1b2c3d4e5 \\\n    --hub 123456789012/eu-central-1 --output spokes'

const WITH_STACK_SETS =
  'virtguard spokes template --organization o-a1b2c3d4e5 \\\n    --hub 123456789012/eu-central-1 --target r-ab12 \\\n    --region eu-central-1 --region us-east-1 --output spokes'

const CHECK_EXAMPLE =
  'virtguard spokes check --organization o-a1b2c3d4e5 \\\n    --hub 123456789012/eu-central-1 --account 210987654321'
