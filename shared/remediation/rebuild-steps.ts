import type { MigrationTarget } from './migration-target.ts'
import { formatAwsCommand, orPlaceholder, type Step } from './step.ts'

const buildBackupStep = ({ region, instance, rootVolumeId }: MigrationTarget): Step =>
  instance.rootDeviceType === 'instance-store'
    ? {
        what: 'Copy the data off it. Its root is on instance store: there is no volume to take a snapshot of, and it cannot be stopped, only terminated.',
        risk: 'What you do not copy is lost with the instance.',
      }
    : {
        what: 'Take a snapshot of each of its volumes, so that you can go back.',
        commands: [
          formatAwsCommand(
            region,
            `ec2 create-snapshot --volume-id ${orPlaceholder(rootVolumeId, 'VOLUME_ID')} --description before-hvm`,
          ),
        ],
        risk: 'A snapshot of a running system is in the state of a power cut: flush databases first. An image of a PV instance is PV as well.',
      }

const findImage = ({ region, instance, isWindows }: MigrationTarget): Step => {
  const architecture = instance.architecture === 'arm64' ? 'arm64' : 'x86_64'
  return {
    what: `Find a current HVM image of the same system, 64 bit; for one that is not of Amazon, with its owner and name${instance.architecture === 'i386' ? ' (it is 32 bit now: its software has to be 64 bit as well)' : ''}.`,
    commands: [
      formatAwsCommand(
        region,
        `ec2 describe-images --owners amazon --filters Name=virtualization-type,Values=hvm Name=ena-support,Values=true Name=architecture,Values=${architecture} Name=name,Values="${isWindows === true ? 'Windows_Server-2022-English-Full-Base-*' : 'al2023-ami-2023.*'}" --query "sort_by(Images,&CreationDate)[-1].[ImageId,Name]" --output text`,
      ),
    ],
  }
}

const hasInstanceStoreRoot = ({ instance }: MigrationTarget): boolean => instance.rootDeviceType === 'instance-store'

const launch = ({ region }: MigrationTarget, type: string): readonly Step[] => [
  {
    what: 'Check before the launch whether image and type fit.',
    commands: [
      `virtguard check --image-id IMAGE_ID --instance-type ${type} --region ${orPlaceholder(region, 'REGION')}`,
    ],
  },
  {
    what: 'Launch the new instance beside the old one, and set it up as the old one was.',
    commands: [
      formatAwsCommand(
        region,
        `ec2 run-instances --image-id IMAGE_ID --instance-type ${type} --subnet-id SUBNET_ID --security-group-ids GROUP_ID --iam-instance-profile Name=PROFILE --metadata-options HttpTokens=required`,
      ),
    ],
  },
]

const handOver = ({ region, isWindows, instance }: MigrationTarget): readonly Step[] => [
  {
    what:
      instance.rootDeviceType === 'instance-store'
        ? 'Move the data: copy it, or unmount its data volumes on EBS and move those.'
        : 'Move the data: copy it, or move the data volumes while the old instance is stopped.',
    commands: [
      formatAwsCommand(region, 'ec2 detach-volume --volume-id VOLUME_ID'),
      formatAwsCommand(
        region,
        'ec2 attach-volume --volume-id VOLUME_ID --instance-id NEW_INSTANCE_ID --device /dev/sdf',
      ),
    ],
    ...(isWindows !== true && {
      risk: 'On Nitro a volume is seen as /dev/nvme1n1, whatever the device is called: mount by UUID or label.',
    }),
  },
  {
    what: 'Test it, then turn the traffic to it: address, load balancer, DNS.',
    commands: [
      formatAwsCommand(
        region,
        'ec2 associate-address --allocation-id ALLOCATION_ID --instance-id NEW_INSTANCE_ID --allow-reassociation',
      ),
    ],
  },
]

const buildRetireSteps = (migration: MigrationTarget, old: string): readonly Step[] => [
  ...(hasInstanceStoreRoot(migration)
    ? []
    : [
        {
          what: 'Stop the old instance, and keep it as long as you may want to go back.',
          commands: [formatAwsCommand(migration.region, `ec2 stop-instances --instance-ids ${old}`)],
          risk: 'Its public address changes unless it is an Elastic IP. Data on instance-store disks is lost.',
        },
      ]),
  {
    what: 'Finally, terminate it and deregister its image, so that nobody launches from it again.',
    commands: [
      formatAwsCommand(migration.region, `ec2 terminate-instances --instance-ids ${old}`),
      formatAwsCommand(
        migration.region,
        `ec2 deregister-image --image-id ${orPlaceholder(migration.instance.imageId, 'OLD_IMAGE_ID')}`,
      ),
    ],
    risk: 'Neither can be undone. Others may launch from the image too: virtguard scan --images says who.',
  },
]

/** Something new beside the old one; nothing is changed that cannot be taken back until the last step. */
export const buildRebuildSteps = (migration: MigrationTarget, target: string | undefined): readonly Step[] => {
  const { region, instance } = migration
  const old = orPlaceholder(instance.instanceId, 'INSTANCE_ID')
  return [
    {
      what: 'Write down what the instance has: subnet, security groups, role, addresses, volumes, user data.',
      commands: [
        formatAwsCommand(region, `ec2 describe-instances --instance-ids ${old}`),
        formatAwsCommand(region, `ec2 describe-instance-attribute --instance-id ${old} --attribute userData`),
      ],
    },
    buildBackupStep(migration),
    findImage(migration),
    ...launch(migration, target ?? 'TYPE'),
    ...handOver(migration),
    ...buildRetireSteps(migration, old),
  ]
}
