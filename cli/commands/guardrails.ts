import { type Command, InvalidArgumentError, Option } from 'commander'
import { UserError } from '../../shared/errors.ts'
import type { DeclarativeOptions } from '../../shared/guardrails/declarative.ts'
import { GUARDRAILS, type Guardrail } from '../../shared/guardrails/gaps.ts'
import type { Guardrails } from '../guardrails/guardrails.ts'
import type { Io } from '../output/io.ts'
import { collect, formatExamples } from './options.ts'

type Options = {
  readonly as: Guardrail
  readonly policy?: string
  readonly rule?: readonly string[]
  readonly output?: string
  readonly except?: readonly string[]
  readonly denySpotRequests?: true
  readonly images?: string
  readonly imageProvider?: readonly string[]
  readonly maxImageAge?: number
  readonly state?: DeclarativeOptions['state']
}

const DENYING = ['scp', 'boundary'] as const

/** The options that only some documents have, as they are written. */
const OWN_OPTIONS: Readonly<Partial<Record<keyof Options, readonly [flag: string, of: readonly Guardrail[]]>>> = {
  policy: ['--policy', DENYING],
  rule: ['--rule', DENYING],
  except: ['--except', DENYING],
  denySpotRequests: ['--deny-spot-requests', DENYING],
  images: ['--images', ['image-types']],
  imageProvider: ['--image-provider', ['declarative']],
  maxImageAge: ['--max-image-age', ['declarative']],
  state: ['--state', ['declarative']],
}

const refuseOthers = (options: Options): void => {
  for (const [name, [flag, of]] of Object.entries(OWN_OPTIONS))
    if (Object.hasOwn(options, name) && !of.includes(options.as))
      throw new UserError(`${flag} is for --as ${of.join(' and ')}; leave it out`)
}

const writeDenying = async (io: Io, guardrail: 'scp' | 'boundary', options: Options): Promise<Guardrails> => {
  const { checkRuleId, readPolicy, selectRules } = await import('../policy/policy-file.ts')
  const { writeDenies } = await import('../guardrails/guardrails.ts')
  const { rule: rules = [], except = [], denySpotRequests } = options
  for (const id of rules) checkRuleId(id)
  const policy = selectRules(await readPolicy(options.policy), rules)
  const deny = { except, spotRequests: denySpotRequests === true }
  return writeDenies({ guardrail, policy, rules, deny, now: io.now() })
}

const writeImages = async (io: Io, { images, output }: Options): Promise<Guardrails> => {
  if (images === undefined)
    throw new UserError(
      '--as image-types needs your images: aws ec2 describe-images --owners self | virtguard guardrails --as image-types --images -',
    )
  const { readImageFile } = await import('../guardrails/read-images.ts')
  const { writeImageTypes } = await import('../guardrails/guardrails.ts')
  return writeImageTypes(await readImageFile(io, images), output !== undefined)
}

const build = async (io: Io, options: Options): Promise<Guardrails> => {
  if (options.as === 'image-types') return writeImages(io, options)
  if (options.as !== 'declarative') return writeDenying(io, options.as, options)
  const { writeDeclarative } = await import('../guardrails/guardrails.ts')
  const { imageProvider: providers = ['amazon'], maxImageAge: maxAge, state = 'audit_mode' } = options
  return writeDeclarative({ providers, state, ...(maxAge !== undefined && { maxAge }) })
}

const run = async (io: Io, options: Options): Promise<number> => {
  refuseOthers(options)
  const { writeGuardrails } = await import('../guardrails/write-guardrails.ts')
  await writeGuardrails(io, await build(io, options), options.output)
  return 0
}

const collectPrincipal = (text: string, values: readonly string[] = []): readonly string[] => {
  if (!/^arn:[a-z*-]+:(iam|sts)::(\d{12}|\*):(role|user|assumed-role|root)(\/[\w+=,.@*?/-]+)?$/.test(text))
    throw new InvalidArgumentError('Write the ARN of a role or user, like arn:aws:iam::123456789012:role/builder.')
  return [...values, text]
}

const collectProvider = (text: string, values: readonly string[] = []): readonly string[] => {
  if (!/^(amazon|aws_marketplace|aws_backup_vault|\d{12})$/.test(text))
    throw new InvalidArgumentError('Write amazon, aws_marketplace, aws_backup_vault or the id of an account.')
  return [...values, text]
}

// EC2 takes up to 2,147,483,647 (EC2 API reference, CreationDateCondition).
const parseDays = (text: string): number => {
  const days = Number(text)
  if (!/^\d{1,10}$/.test(text) || days > 2_147_483_647) throw new InvalidArgumentError('Write a number of days.')
  return days
}

export const addGuardrails = (program: Command, io: Io, done: (exitCode: number) => void): void => {
  program
    .command('guardrails')
    .summary('write what IAM and EC2 can refuse of a policy')
    .description(
      'Writes documents by which AWS refuses what a policy denies: a service control policy, a permissions boundary, a declarative policy for EC2, or the calls that limit your own images to the types that they fit. It says what each cannot refuse, and asks nothing of AWS.',
    )
    .addOption(new Option('--as <document>', 'which document').choices(GUARDRAILS).makeOptionMandatory())
    .option('--policy <file>', 'the policy (default: every rule of the first preset observes)')
    .option('--rule <id>', 'only what this rule denies, of those that are on (may be repeated)', collect)
    .option('--except <arn>', 'a principal that is not refused, with wildcards (may be repeated)', collectPrincipal)
    .option('--deny-spot-requests', 'deny Spot requests, of which IAM knows no type')
    .option(
      '--images <file>',
      'what aws ec2 describe-images --owners self or virtguard images wrote, or - for standard input',
    )
    .option('--image-provider <who>', 'whose images are allowed (may be repeated; default: amazon)', collectProvider)
    .option('--max-image-age <days>', 'the most days since an image was made', parseDays)
    .addOption(
      new Option('--state <state>', 'whether it refuses (default: audit_mode)').choices(['audit_mode', 'enabled']),
    )
    .option('--output <folder>', 'a folder for the documents (default: standard output)')
    .addHelpText(
      'after',
      formatExamples(
        'virtguard guardrails --as scp --policy policy.yaml',
        'virtguard guardrails --as boundary --rule paravirtual-instance',
        'virtguard guardrails --as image-types --images images.json --output calls',
      ),
    )
    .action(async (options: Options) => done(await run(io, options)))
}
