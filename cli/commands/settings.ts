import type { Command } from 'commander'
import type { Io } from '../output/io.ts'
import { formatExamples } from './options.ts'

const validate = async (io: Io, file: string): Promise<number> => {
  const { describeSettings, readSettings } = await import('../settings/settings-words.ts')
  const settings = await readSettings(io, file)
  for (const line of describeSettings(file, settings)) io.out.write(`${line}\n`)
  return 0
}

const printSchema = async (io: Io): Promise<number> => {
  const { buildSettingsJsonSchema } = await import('../../shared/settings/json-schema.ts')
  io.out.write(`${JSON.stringify(buildSettingsJsonSchema(), null, 2)}\n`)
  return 0
}

export const addSettings = (program: Command, io: Io, done: (exitCode: number) => void): void => {
  const settings = program
    .command('settings')
    .summary('check the settings of a deployment')
    .description('Checks the settings of a deployment, and prints the schema by which editors complete them.')
    .addHelpText(
      'after',
      formatExamples('virtguard settings validate deploy.yaml', 'virtguard settings schema > settings.schema.json'),
    )
  settings
    .command('validate')
    .description(
      'Checks a settings file and the policy that it names, as a deployment does. Each mistake is one line with its place. Says what the subnets of a VPC must lead to.',
    )
    .argument('<file>', 'the settings, YAML or JSON')
    .addHelpText('after', formatExamples('virtguard settings validate deploy.yaml'))
    .action(async (file: string) => done(await validate(io, file)))
  settings
    .command('schema')
    .description('Prints the JSON Schema of the settings file.')
    .addHelpText(
      'after',
      formatExamples('virtguard settings schema > settings.schema.json') +
        '\nThen, as the first line of the settings:\n  # yaml-language-server: $schema=settings.schema.json\n',
    )
    .action(async () => done(await printSchema(io)))
}
