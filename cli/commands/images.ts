import type { Command } from 'commander'
import { UserError } from '../../shared/errors.ts'
import type { Io } from '../output/io.ts'
import { addScope, type ScopeOptions, toScope } from './aws-options.ts'
import { formatExamples } from './options.ts'

type Options = ScopeOptions & { readonly output?: string }

const run = async (io: Io, options: Options): Promise<number> => {
  if (options.output === undefined && io.out.isTerminal)
    throw new UserError('the facts are for a file: name it with --output FACTS')
  const { writeImageFacts } = await import('../images/images.ts')
  return writeImageFacts(io, toScope(options), options.output)
}

export const addImages = (program: Command, io: Io, done: (exitCode: number) => void): void => {
  const command = program
    .command('images')
    .summary('write the facts of your images, for lint')
    .description(
      'Reads the images that an account owns, and those that its instances, launch templates and groups use. It writes their facts, one image a line: lint --facts knows them then without AWS. It only reads.',
    )
  addScope(command)
    .option('--output <file>', 'write to this file (default: standard output)')
    .addHelpText(
      'after',
      `
Exit code: 0 all was read, 2 a mistake, or a region that was not covered.
${formatExamples('virtguard images --region eu-west-1 --output facts.ndjson', 'virtguard lint cdk.out --facts facts.ndjson')}`,
    )
    .action(async (options: Options) => done(await run(io, options)))
}
