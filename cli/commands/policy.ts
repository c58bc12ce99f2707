import type { Command } from 'commander'
import type { Io } from '../output/io.ts'
import { addLivePolicy } from './live-policy.ts'
import { formatExamples } from './options.ts'

type Validating = { readonly otherReaders?: true; readonly accounts?: string }

const validate = async (io: Io, file: string, { otherReaders, accounts }: Validating): Promise<number> => {
  const { describePolicy, readAndWarn, refuseUnseenStops } = await import('../policy/policy-words.ts')
  const policy = await readAndWarn(io, file, otherReaders === true ? undefined : refuseUnseenStops)
  io.out.write(`${describePolicy(file, policy, io.now())}\n`)
  if (accounts !== undefined) {
    const { printAccounts } = await import('../policy/accounts.ts')
    await printAccounts(io, { file: accounts, policy, policyFile: file })
  }
  return 0
}

const printSchema = async (io: Io): Promise<number> => {
  const { buildPolicyJsonSchema } = await import('../../shared/policy/json-schema.ts')
  io.out.write(`${JSON.stringify(buildPolicyJsonSchema(), null, 2)}\n`)
  return 0
}

const VALIDATE_EXAMPLES = formatExamples(
  'virtguard policy validate policy.yaml',
  'virtguard policy validate policy.yaml --accounts accounts.json',
)

export const addPolicy = (program: Command, io: Io, done: (exitCode: number) => void): void => {
  const policy = program
    .command('policy')
    .summary('check a policy file; change the policy of a deployed stack')
    .description(
      'Checks a policy file, prints the schema by which editors complete one, and changes the policy of a deployed stack without a deployment.',
    )
    .addHelpText(
      'after',
      formatExamples(
        'virtguard policy validate policy.yaml',
        'virtguard policy schema > policy.schema.json',
        'virtguard policy apply policy.yaml',
        'virtguard policy show',
      ),
    )
  policy
    .command('validate')
    .description('Checks a policy file. Each mistake is one line with its place.')
    .argument('<file>', 'the policy, YAML or JSON')
    .option('--other-readers', 'the stack has addresses (-c email) or subscribers of your own: they get every alert')
    .option(
      '--accounts <file>',
      'also say what it means for each account: the answer of aws organizations list-accounts',
    )
    .addHelpText('after', VALIDATE_EXAMPLES)
    .action(async (file: string, options: Validating) => done(await validate(io, file, options)))
  policy
    .command('schema')
    .description('Prints the JSON Schema of the policy file.')
    .addHelpText(
      'after',
      formatExamples('virtguard policy schema > policy.schema.json') +
        '\nThen, as the first line of the policy:\n  # yaml-language-server: $schema=policy.schema.json\n',
    )
    .action(async () => done(await printSchema(io)))
  addLivePolicy(policy, io, done)
}
