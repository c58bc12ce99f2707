// The words of the steps at whatever launched the instance: they change nothing that runs by themselves.
import type { Owner } from '../reasons/reason.ts'
import type { MigrationTarget } from './migration-target.ts'
import { findService } from './owners.ts'
import { formatAwsCommand, orPlaceholder } from './step.ts'
import { ec2, type Wanted, type WordsOf } from './wanted.ts'

type Template = { readonly option: string; readonly name: string; readonly version: string; readonly asMember: string }

const readTemplate = ({ actor }: MigrationTarget): Template => {
  const [template = '', version] = (actor.launchTemplate ?? '').split(':')
  const isId = template === '' || template.startsWith('lt-')
  const name = orPlaceholder(template, 'TEMPLATE_ID')
  return {
    option: isId ? '--launch-template-id' : '--launch-template-name',
    name,
    version: orPlaceholder(version, 'VERSION'),
    asMember: `${isId ? 'LaunchTemplateId' : 'LaunchTemplateName'}=${name}`,
  }
}

const describeData = ({ changes, newType }: Wanted): string =>
  [
    ...(changes.image ? ['\\"ImageId\\": \\"IMAGE_ID\\"'] : []),
    ...(changes.type ? [`\\"InstanceType\\": \\"${newType}\\"`] : []),
  ].join(', ')

const describeChange = ({ changes }: Wanted): string => {
  if (!changes.image) return 'a type that fits its image'
  return changes.type ? 'a current HVM image and a type that fits it' : 'a current HVM image'
}

const SERVICE_WORDS: Readonly<Record<Owner, string>> = {
  KUBERNETES_CLUSTER:
    'Change it where the cluster gets its nodes from: the node group, or the node pool of the autoscaler. Let it replace its nodes, so that it drains them first.',
  ECS_CLUSTER:
    'Change it where the cluster gets its instances from: the launch template of its capacity provider. Drain the old instances first.',
  EMR_CLUSTER:
    'Start a new EMR cluster, with a current release and a type that fits it. The image and the types of a cluster that exists cannot be changed.',
  BATCH_ENVIRONMENT:
    'Change the image and the types in the compute environment of AWS Batch. It replaces its instances.',
  BEANSTALK_ENVIRONMENT:
    'Change the platform version and the types in the Elastic Beanstalk environment. It replaces its instances.',
  AWS_SERVICE: 'Change it in the AWS service that manages the instance. EC2 lets nobody else change it.',
  AUTO_SCALING_GROUP: 'Change it in the Auto Scaling group.',
  EC2_FLEET: 'Change it in the fleet.',
}

const refreshCommand = ({ target }: Wanted, command: string): string =>
  formatAwsCommand(
    target.region,
    `autoscaling ${command} --auto-scaling-group-name ${orPlaceholder(target.actor.autoScalingGroup, 'GROUP')}`,
  )

/** The command that shows what a fleet asks for. */
export const describeFleet = (wanted: Wanted): string => {
  const fleet = orPlaceholder(wanted.target.actor.fleet, 'FLEET_ID')
  return fleet.startsWith('sfr-')
    ? ec2(wanted, `describe-spot-fleet-requests --spot-fleet-request-ids ${fleet}`)
    : ec2(wanted, `describe-fleets --fleet-ids ${fleet}`)
}

const TEMPLATE_WORDS: WordsOf<'TEMPLATE_VERSION' | 'DEFAULT_VERSION'> = {
  TEMPLATE_VERSION: wanted => {
    const { option, name, version } = readTemplate(wanted.target)
    return {
      what: `Create a version of the launch template with ${describeChange(wanted)}.`,
      commands: [
        ec2(
          wanted,
          `create-launch-template-version ${option} ${name} --source-version ${version} --launch-template-data "{${describeData(wanted)}}"`,
        ),
      ],
    }
  },
  DEFAULT_VERSION: wanted => {
    const { option, name } = readTemplate(wanted.target)
    return {
      what: 'Make it the default version, if that is the one that is launched.',
      commands: [ec2(wanted, `modify-launch-template ${option} ${name} --default-version NEW_VERSION`)],
    }
  },
}

/** Words of the steps at the source. */
export const SOURCE_WORDS: WordsOf<
  | 'TELL_SERVICE'
  | 'TEMPLATE_VERSION'
  | 'DEFAULT_VERSION'
  | 'GROUP_VERSION'
  | 'REFRESH_GROUP'
  | 'RENEW_FLEET'
  | 'CHANGE_STACK'
> = {
  ...TEMPLATE_WORDS,
  TELL_SERVICE: ({ target }) => ({ what: SERVICE_WORDS[findService(target)?.owner ?? 'AWS_SERVICE'] }),
  GROUP_VERSION: wanted => ({
    what: 'Have the group launch from the new version.',
    commands: [
      refreshCommand(
        wanted,
        `update-auto-scaling-group --launch-template ${readTemplate(wanted.target).asMember},Version=NEW_VERSION`,
      ),
    ],
    risk: 'A launch configuration cannot be changed: make a launch template of it first.',
  }),
  REFRESH_GROUP: wanted => ({
    what: 'Have the Auto Scaling group replace its members.',
    commands: [refreshCommand(wanted, 'start-instance-refresh')],
    risk: 'Never stop a member: the group replaces it, maybe from the old template.',
  }),
  RENEW_FLEET: wanted => ({
    what: 'Make a new fleet that launches from the new version, and delete the old one. See what the old one asks for:',
    commands: [describeFleet(wanted)],
    risk: 'A fleet that maintains its capacity replaces what you stop or terminate.',
  }),
  CHANGE_STACK: ({ target }) => ({
    what: `Make the change in the template of the CloudFormation stack ${target.actor.stack ?? ''} as well.`,
    risk: 'The next update of the stack would take back what is changed outside of it.',
  }),
}
