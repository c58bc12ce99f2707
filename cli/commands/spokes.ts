import { type Command, InvalidArgumentError } from 'commander'
import type { AccountRegion } from '../../shared/facts/account-region.ts'
import { ORGANIZATION_ID, REGION } from '../../shared/settings/forms.ts'
import type { Io } from '../output/io.ts'
import { formatExamples } from './options.ts'

type Options = {
  readonly organization: string
  readonly hub: AccountRegion
  readonly policy?: string
  readonly output: string
}

const run = async (io: Io, { organization, hub, policy, output }: Options): Promise<number> => {
  const { readPolicy } = await import('../policy/policy-file.ts')
  const { writeSpokeTemplates } = await import('../spokes/write-templates.ts')
  const from = { ...hub, organizationId: organization }
  await writeSpokeTemplates(io, { hub: from, policy: await readPolicy(policy), output })
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

export const addSpokes = (program: Command, io: Io, done: (exitCode: number) => void): void => {
  const spokes = program
    .command('spokes')
    .summary('write the templates for the accounts of an organization')
    .description('Writes what the accounts of an organization need, so that a hub can guard them.')
    .addHelpText('after', formatExamples(EXAMPLE))
  spokes
    .command('template')
    .summary('write two CloudFormation templates')
    .description(
      'Writes two plain CloudFormation templates: spoke-roles.json, once an account, and spoke-region.json, once an account and region. They have no code. It asks nothing of AWS.',
    )
    .requiredOption('--organization <id>', 'the organization of hub and spokes', parseOrganization)
    .requiredOption('--hub <account/region>', 'account and region of the hub', parseHub)
    .option('--policy <file>', 'the policy of the hub (default: every rule of the first preset observes)')
    .requiredOption('--output <folder>', 'the folder for the templates')
    .addHelpText('after', formatExamples(EXAMPLE))
    .action(async (options: Options) => done(await run(io, options)))
}

const EXAMPLE =
  'virtguard spokes template --organization o-a1b2c3d4e5 \\\n    --hub 123456789012/eu-central-1 --output spokes'
