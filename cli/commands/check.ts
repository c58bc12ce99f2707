import { type Command, InvalidArgumentError, Option } from 'commander'
import type { InstanceTypes } from '../../shared/catalogue/instance-types.ts'
import { UserError } from '../../shared/errors.ts'
import type { ImageFacts } from '../../shared/facts/facts.ts'
import { type ImageParameter, parseImageParameter, readParameterName } from '../../shared/facts/image-parameter.ts'
import {
  ARCHITECTURES,
  BOOT_MODES,
  createSpecification,
  type Question,
  ROOT_DEVICE_TYPES,
  readPattern,
  TPM_VERSIONS,
  VIRTUALIZATION_TYPES,
} from '../check/question.ts'
import type { Io } from '../output/io.ts'
import { parseRegion } from './aws-options.ts'
import { formatExamples, formatOf, formatOption } from './options.ts'

type Facts = {
  readonly virtualizationType?: (typeof VIRTUALIZATION_TYPES)[number]
  readonly architecture?: (typeof ARCHITECTURES)[number]
  readonly bootMode?: (typeof BOOT_MODES)[number] | 'none'
  readonly rootDeviceType?: (typeof ROOT_DEVICE_TYPES)[number]
  readonly enaSupport?: 'true' | 'false'
  readonly tpmSupport?: (typeof TPM_VERSIONS)[number] | 'none'
  readonly supportedTypes?: readonly string[]
  readonly unsupportedTypes?: readonly string[]
}

type Options = Facts & {
  readonly instanceType?: string
  readonly imageId?: string | ImageParameter
  readonly region?: string
  readonly profile?: string
  readonly format?: string
}

const FACTS = [
  'virtualizationType',
  'architecture',
  'bootMode',
  'rootDeviceType',
  'enaSupport',
  'tpmSupport',
  'supportedTypes',
  'unsupportedTypes',
] as const

const readImageOptions = ({
  virtualizationType,
  architecture,
  bootMode,
  rootDeviceType,
  enaSupport,
  tpmSupport,
  supportedTypes,
  unsupportedTypes,
}: Facts): ImageFacts => ({
  ...(virtualizationType !== undefined && { virtualizationType }),
  ...(architecture !== undefined && { architecture }),
  ...(bootMode !== undefined && { bootMode: bootMode === 'none' ? ('unset' as const) : bootMode }),
  ...(rootDeviceType !== undefined && { rootDeviceType }),
  ...(enaSupport !== undefined && { enaSupport: enaSupport === 'true' }),
  ...(tpmSupport !== undefined && { tpmSupport: tpmSupport === 'none' ? 'unset' : tpmSupport }),
  ...((supportedTypes ?? unsupportedTypes) !== undefined && {
    instanceTypeSpecification: createSpecification(supportedTypes ?? [], unsupportedTypes ?? []),
  }),
})

const refuseContradictions = (options: Options): void => {
  const given = FACTS.filter(fact => options[fact] !== undefined)
  if (options.imageId !== undefined && given.length > 0) {
    throw new UserError('--image-id reads the facts of the image from AWS; leave out the facts you gave, or --image-id')
  }
  if (options.instanceType === undefined) {
    const asked = options.imageId !== undefined || given.length > 0
    throw new UserError(
      asked
        ? '--instance-type is missing: which type should the image fit? For example --instance-type m7i.large'
        : 'nothing to check; give --instance-type and the facts of the image, or --image-id (see virtguard check --help)',
    )
  }
  if (options.imageId === undefined && (options.region ?? options.profile) !== undefined) {
    throw new UserError('--region and --profile are for reading an image from AWS; give --image-id as well')
  }
}

type Asked = { readonly question: Question; readonly types: InstanceTypes }

/** Reads the image from AWS, and the type if the catalogue lacks it. */
const askEc2 = async (
  imageId: string | ImageParameter,
  instanceType: string,
  { region, profile }: Options,
): Promise<Asked> => {
  const { loadCatalogue } = await import('../../shared/catalogue/catalogue.ts')
  const { askForImage, askForParameter, askForType } = await import('../check/ask-aws.ts')
  const { createEc2Reads } = await import('../check/ec2-reads.ts')
  const ec2 = createEc2Reads(region, profile)
  const image = await (typeof imageId === 'string' ? askForImage(ec2, imageId) : askForParameter(ec2, imageId.name))
  return { question: { image, instanceType }, types: await askForType(ec2, loadCatalogue(), instanceType) }
}

/** The facts in the name of a public parameter, or the image behind it if a region is given to read it in. */
const askForParameterName = async (
  parameter: ImageParameter,
  instanceType: string,
  options: Options,
): Promise<Asked> => {
  const { loadCatalogue } = await import('../../shared/catalogue/catalogue.ts')
  const { describeNewest, describeParameterName, requirePublic } = await import('../check/parameter.ts')
  requirePublic(parameter, options.region)
  if ((options.region ?? options.profile) !== undefined) {
    const asked = await askEc2(parameter, instanceType, options)
    const newest = describeNewest(parameter, options.region)
    return newest === undefined ? asked : { ...asked, question: { ...asked.question, notes: [newest] } }
  }
  const notes = [describeParameterName(parameter)]
  return { question: { image: readParameterName(parameter), instanceType, notes }, types: loadCatalogue() }
}

const findAsked = async (options: Options): Promise<Asked> => {
  const { instanceType = '', imageId } = options
  if (typeof imageId === 'string') return askEc2(imageId, instanceType, options)
  if (imageId !== undefined) return askForParameterName(imageId, instanceType, options)
  const { loadCatalogue } = await import('../../shared/catalogue/catalogue.ts')
  return { question: { image: readImageOptions(options), instanceType }, types: loadCatalogue() }
}

const run = async (io: Io, input: string | undefined, options: Options): Promise<number> => {
  const isAsked = [...FACTS, 'instanceType' as const, 'imageId' as const].some(key => options[key] !== undefined)
  if (input === '-' || (!isAsked && io.stdin.isTTY !== true)) {
    if (isAsked)
      throw new UserError('questions come from standard input (-) or from options, not from both; leave one out')
    const { loadCatalogue } = await import('../../shared/catalogue/catalogue.ts')
    const { answerInput } = await import('../check/stream.ts')
    return answerInput(io, loadCatalogue(), formatOf(options.format, 'ndjson'))
  }
  refuseContradictions(options)
  const { checkOne } = await import('../check/check-one.ts')
  const { question, types } = await findAsked(options)
  return checkOne(io, question, { types, format: formatOf(options.format, 'table') })
}

const parseImageId = (text: string): string | ImageParameter => {
  if (/^ami-[0-9a-f]{8,17}$/.test(text)) return text
  const parameter = parseImageParameter(text)
  if (parameter !== undefined) return parameter
  throw new InvalidArgumentError(
    'Write it like ami-0abcdef1234567890, or as a parameter: resolve:ssm:/aws/service/… or /aws/service/….',
  )
}

const parseInstanceType = (text: string): string => {
  if (text.trim() === '') throw new InvalidArgumentError('Write the name of a type: m5.large.')
  return text
}

const parsePatterns = (text: string): readonly string[] => {
  try {
    return text.split(',').map(pattern => readPattern(pattern.trim(), 'a pattern'))
  } catch {
    throw new InvalidArgumentError('Write types or patterns with commas between them: m7i.*,t3.micro.')
  }
}

const parseInput = (text: string): string => {
  if (text !== '-') throw new InvalidArgumentError('Questions are read from standard input: write -, and < FILE.')
  return text
}

/** The facts of an image, given by hand. */
const addFactOptions = (command: Command): Command =>
  command
    .addOption(new Option('--virtualization-type <type>', 'of the image').choices(VIRTUALIZATION_TYPES))
    .addOption(new Option('--ena-support <boolean>', 'whether the image has ENA on').choices(['true', 'false']))
    .addOption(new Option('--architecture <name>', 'of the image').choices(ARCHITECTURES))
    .addOption(
      new Option('--boot-mode <mode>', 'of the image; none if it has no such parameter').choices([
        ...BOOT_MODES,
        'none',
      ]),
    )
    .addOption(new Option('--root-device-type <type>', 'of the image').choices(ROOT_DEVICE_TYPES))
    .addOption(
      new Option('--tpm-support <version>', 'the NitroTPM that the image is configured for').choices([
        ...TPM_VERSIONS,
        'none',
      ]),
    )
    .option('--supported-types <patterns>', 'what the owner of the image allows: m7i.*,t3.*', parsePatterns)
    .option('--unsupported-types <patterns>', 'what the owner does not allow', parsePatterns)

export const addCheck = (program: Command, io: Io, done: (exitCode: number) => void): void => {
  const command = program
    .command('check')
    .summary('ask before a launch whether an image fits a type')
    .description(
      'Says whether EC2 would launch an image on an instance type, why not, and what would fit. Give the facts of the image yourself, or have them read from AWS with --image-id. Or write many questions to standard input, one a line: {"ami":{…},"instanceType":"…"}',
    )
    .argument('[-]', 'read questions from standard input', parseInput)
    .option('--instance-type <type>', 'the instance type', parseInstanceType)
  addFactOptions(command)
    .option(
      '--image-id <id>',
      "read the image from AWS (ec2:DescribeImages); also AWS's public parameters, resolve:ssm:/aws/service/…: without --region only what the name says",
      parseImageId,
    )
    .option('--region <region>', 'the region of the image (default: that of the profile)', parseRegion)
    .option('--profile <name>', 'the AWS profile to read with')
    .addOption(formatOption('in words; ndjson for questions from standard input'))
    .addHelpText(
      'after',
      `
Exit code: 0 it fits, 1 it does not fit or is not known, 2 a mistake.
${formatExamples(
  'virtguard check --instance-type m5.large --virtualization-type paravirtual',
  'virtguard check --image-id ami-0abcdef1234567890 --instance-type m7i.large',
  'virtguard check - < questions.ndjson',
)}`,
    )
    .action(async (input: string | undefined, options: Options) => done(await run(io, input, options)))
}
