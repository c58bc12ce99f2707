// The words of every step, and of what has to be found out first.
import { describeConditions, type Fact } from './conditions.ts'
import { IN_PLACE_WORDS } from './in-place-words.ts'
import { REBUILD_WORDS } from './rebuild-words.ts'
import { describeFleet, SOURCE_WORDS } from './source-words.ts'
import { formatAwsCommand, orPlaceholder, type Step } from './step.ts'
import type { StepCode } from './step-table.ts'
import { VOLUME_WORDS } from './volume-words.ts'
import { ec2, idOf, type Wanted, type Words, type WordsOf } from './wanted.ts'
import type { Plan } from './ways.ts'

const WORDS: WordsOf<Exclude<StepCode, 'FIND_OUT'>> = {
  ...IN_PLACE_WORDS,
  ...REBUILD_WORDS,
  ...VOLUME_WORDS,
  ...SOURCE_WORDS,
}

const describeInstance = (wanted: Wanted): string => ec2(wanted, `describe-instances --instance-ids ${idOf(wanted)}`)

const describeSource = (wanted: Wanted): string => {
  const { region, actor } = wanted.target
  if (actor.autoScalingGroup === undefined)
    return actor.fleet === undefined ? describeInstance(wanted) : describeFleet(wanted)
  const group = orPlaceholder(actor.autoScalingGroup, 'GROUP')
  return formatAwsCommand(region, `autoscaling describe-auto-scaling-groups --auto-scaling-group-names ${group}`)
}

type Question = { readonly words: string; readonly command?: (wanted: Wanted) => string }

const QUESTIONS: Readonly<Record<Fact, Question>> = {
  STATE: {
    words: 'its state (if it is pending or stopping, wait until it runs or is stopped)',
    command: describeInstance,
  },
  ROOT_DEVICE: { words: 'whether its root is on EBS or on instance store', command: describeInstance },
  OWNER: { words: 'whether something owns it that would launch it again', command: describeInstance },
  LIFECYCLE: { words: 'whether it is On-Demand or Spot', command: describeInstance },
  SPOT_REQUEST: {
    words: 'whether its Spot request is persistent',
    command: wanted => ec2(wanted, `describe-spot-instance-requests --filters Name=instance-id,Values=${idOf(wanted)}`),
  },
  SYSTEM: { words: 'whether its system is Windows', command: describeInstance },
  ARCHITECTURE: { words: 'whether it is 32 or 64 bit', command: describeInstance },
  TENANCY: { words: 'whether it is on a Dedicated Host', command: describeInstance },
  PRODUCT: { words: 'whether it is of a product of AWS Marketplace', command: describeInstance },
  PRODUCT_TYPES: { words: 'which types its product supports: its page in AWS Marketplace says it' },
  HIBERNATION: {
    words: 'whether it is set up to hibernate, and if so, whether the new type supports hibernation',
    command: wanted => ec2(wanted, 'describe-instance-types --filters Name=hibernation-supported,Values=true'),
  },
  STOP_PROTECTION: {
    words: 'whether it is protected against being stopped',
    command: wanted =>
      ec2(wanted, `describe-instance-attribute --instance-id ${idOf(wanted)} --attribute disableApiStop`),
  },
  ENA: {
    words: 'whether its ENA is on',
    command: wanted => ec2(wanted, `describe-instance-attribute --instance-id ${idOf(wanted)} --attribute enaSupport`),
  },
  IMAGE_OWNER: {
    words: 'whether its image belongs to this account',
    command: wanted =>
      ec2(
        wanted,
        `describe-images --owners self --image-ids ${orPlaceholder(wanted.target.instance.imageId, 'IMAGE_ID')}`,
      ),
  },
  LAUNCH_SOURCE: {
    words: 'which template and version, or which launch configuration, it is launched from',
    command: describeSource,
  },
}

const describeQuestions = (facts: readonly Fact[], wanted: Wanted): Words => {
  const commands = [...new Set(facts.flatMap(fact => QUESTIONS[fact].command?.(wanted) ?? []))]
  return {
    what: `Find out first: ${facts.map(fact => QUESTIONS[fact].words).join('; ')}.`,
    ...(commands.length > 0 && { commands }),
  }
}

/** The steps of a plan in words. */
export const describeSteps = ({ steps, unknown }: Plan, wanted: Wanted): readonly Step[] =>
  steps.map(({ code, onlyIf }) => {
    const words = code === 'FIND_OUT' ? describeQuestions(unknown, wanted) : WORDS[code](wanted)
    return onlyIf.length === 0
      ? { code, ...words }
      : { code, onlyIf, ...words, what: `${describeConditions(onlyIf)}: ${lowerFirst(words.what)}` }
  })

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
