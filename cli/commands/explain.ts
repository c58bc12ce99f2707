import { extname } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Io } from '../output/io.ts'
import { parseRegion } from './aws-options.ts'
import { formatExamples } from './options.ts'

const FORMATS = ['text', 'markdown', 'json'] as const
type Format = (typeof FORMATS)[number]

type Options = {
  readonly region?: string
  readonly profile?: string
  readonly policy?: string
  readonly format?: Format
  readonly output?: string
}

const BY_ENDING: Readonly<Record<string, Format>> = { '.md': 'markdown', '.json': 'json' }

const formatOf = ({ format, output }: Options): Format =>
  format ?? (output === undefined ? undefined : BY_ENDING[extname(output).toLowerCase()]) ?? 'text'

const run = async (io: Io, instanceId: string, options: Options): Promise<number> => {
  const { region, profile } = options
  const { readPolicy } = await import('../policy/policy-file.ts')
  const { explain, explainReads } = await import('../explain/explanation.ts')
  const { writeExplanation } = await import('../explain/write.ts')
  const policy = await readPolicy(options.policy)
  const account = { ...(region !== undefined && { region }), ...(profile !== undefined && { profile }) }
  const explanation = await explain(await explainReads(account), instanceId, { policy, now: io.now() })
  await writeExplanation(io, explanation, {
    format: formatOf(options),
    ...(options.output !== undefined && { output: options.output }),
  })
  return explanation.remedy.state === 'nothing to do' ? 0 : 1
}

const parseInstanceId = (text: string): string => {
  if (!/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(text)) throw new InvalidArgumentError('Write it like i-0123456789abcdef0.')
  return text
}

export const addExplain = (program: Command, io: Io, done: (exitCode: number) => void): void => {
  program
    .command('explain')
    .summary('say what an instance is, what it blocks, and the way out')
    .description(
      'Reads an instance, its image and its type (ec2:DescribeInstances, DescribeImages, and DescribeInstanceTypes for new types). Says what it is, what it blocks, what would fit, and what to do, step by step. It changes nothing.',
    )
    .argument('<instance>', 'the id of the instance', parseInstanceId)
    .option('--region <region>', 'its region (default: that of the profile)', parseRegion)
    .option('--profile <name>', 'the AWS profile to read with')
    .option('--policy <file>', 'the policy to evaluate by (default: every rule of the first preset)')
    .addOption(new Option('--format <format>', 'how to write it (default: text)').choices(FORMATS))
    .option('--output <file>', 'write to this file; .md makes it a checklist')
    .addHelpText(
      'after',
      `
Exit code: 0 nothing to do, 1 something to do or not known, 2 a mistake.
${formatExamples(
  'virtguard explain i-0123456789abcdef0 --region eu-west-1',
  'virtguard explain i-0123456789abcdef0 --output todo.md',
)}`,
    )
    .action(async (instanceId: string, options: Options) => done(await run(io, instanceId, options)))
}
