import type { Command } from 'commander'
import type { Io } from '../output/io.ts'
import { formatExamples, formatOf, formatOption } from './options.ts'

const run = async (io: Io, id: string | undefined, options: { readonly format?: string }): Promise<number> => {
  const { explainRule, listRules } = await import('../rules/explain.ts')
  const format = formatOf(options.format, 'table')
  if (id === undefined) listRules(io.out, format)
  else explainRule(io.out, id, format)
  return 0
}

export const addRules = (program: Command, io: Io, done: (exitCode: number) => void): void => {
  program
    .command('rules')
    .summary('list the rules, or explain one')
    .description('Lists the rules, or explains one: why, what it reads, what to do.')
    .argument('[id]', 'the rule to explain')
    .addOption(formatOption('table'))
    .addHelpText('after', formatExamples('virtguard rules', 'virtguard rules paravirtual-instance'))
    .action(async (id: string | undefined, options: { format?: string }) => done(await run(io, id, options)))
}
