import { type Command, InvalidArgumentError } from 'commander'
import type { Io } from '../output/io.ts'
import { formatExamples } from './options.ts'

type Options = {
  readonly settings: string
  readonly bucket: string
  readonly prefix?: string
  readonly output: string
}

const run = async (io: Io, { settings, bucket, prefix = '', output }: Options): Promise<number> => {
  const { writePackage } = await import('../package/write-package.ts')
  await writePackage(io, { file: settings, bucket, prefix, output })
  return 0
}

// S3's guide, "General purpose bucket naming rules": no address of IP, and no dot beside a dot or a dash.
const BUCKET = /^(?!.*(?:\.\.|\.-|-\.))(?!\d+(?:\.\d+){3}$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

const parseBucket = (text: string): string => {
  if (!BUCKET.test(text))
    throw new InvalidArgumentError('Write the name of a bucket: 3 to 63 lower case letters, digits, dots and dashes.')
  return text
}

// Characters that need no care in a key (S3's guide), so that a URL and a template have the same text.
const parsePrefix = (text: string): string => {
  if (!/^(?!\/)(?!.*\/\/)[\w./-]{1,512}$/.test(text))
    throw new InvalidArgumentError('Write it like virtguard/0.1.0/: letters, digits and _.-/, and no slash before.')
  return text.endsWith('/') ? text : `${text}/`
}

export const addPackage = (program: Command, io: Io, done: (exitCode: number) => void): void => {
  program
    .command('package')
    .summary('write the stack as a CloudFormation template and zips')
    .description(
      'Writes the stack as one CloudFormation template and the zips that it names, for a deployment without the CDK. It asks nothing of AWS.',
    )
    .requiredOption('--settings <file>', 'the settings of the deployment')
    .requiredOption('--bucket <name>', 'the bucket of the zips, in the region of the stack', parseBucket)
    .option('--prefix <text>', 'what the keys of the zips begin with', parsePrefix)
    .requiredOption('--output <folder>', 'where to write template and zips')
    .addHelpText(
      'after',
      formatExamples('virtguard package --settings deploy.yaml --bucket my-artifacts --output packed'),
    )
    .action(async (options: Options) => done(await run(io, options)))
}
