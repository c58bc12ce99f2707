import type { MigrationTarget } from './migration-target.ts'
import { formatAwsCommand, orPlaceholder, type Step } from './step.ts'

const RUNBOOK = 'AWSSupport-MigrateXenToNitroLinux'

const buildDriverSteps = ({ region, isWindows, instance }: MigrationTarget): readonly Step[] =>
  isWindows === true
    ? [
        {
          what: 'Install the current ENA, NVMe and PV drivers of AWS, with its runbook AWSSupport-UpgradeWindowsAWSDrivers or by hand. See what it asks for:',
          commands: [formatAwsCommand(region, 'ssm describe-document --name AWSSupport-UpgradeWindowsAWSDrivers')],
          risk: 'Without the drivers it does not boot on Nitro.',
        },
      ]
    : [
        {
          what: `Have the AWS runbook check it, and move it if the check passes: Systems Manager, Automation, ${RUNBOOK}. It works on a clone first, and asks before it changes the original. See what it asks for:`,
          commands: [formatAwsCommand(region, `ssm describe-document --name ${RUNBOOK}`)],
          risk: `It takes Linux only, managed by Systems Manager, no Spot${instance.lifecycle === 'spot' ? ' (which this one is)' : ''}, no instance-store disks, and members of an Auto Scaling group only in standby.`,
        },
      ]

/** The supported way for 64-bit HVM on Xen with its root on EBS, and the same by hand. */
export const buildNitroSteps = (migration: MigrationTarget, target: string | undefined): readonly Step[] => {
  const { region, instance, rootVolumeId } = migration
  const old = orPlaceholder(instance.instanceId, 'INSTANCE_ID')
  return [
    ...buildDriverSteps(migration),
    {
      what: 'Or by hand, once ena and nvme are in the system: keep a snapshot, then stop it.',
      commands: [
        formatAwsCommand(
          region,
          `ec2 create-snapshot --volume-id ${orPlaceholder(rootVolumeId, 'VOLUME_ID')} --description before-nitro`,
        ),
        formatAwsCommand(region, `ec2 stop-instances --instance-ids ${old}`),
      ],
      risk: 'Its public address changes unless it is an Elastic IP. Data on instance-store disks is lost.',
    },
    ...(instance.enaSupport === true
      ? []
      : [
          {
            what: 'Switch ENA on: every Nitro type requires it.',
            commands: [formatAwsCommand(region, `ec2 modify-instance-attribute --instance-id ${old} --ena-support`)],
            risk: 'Without the driver it has no network: nobody can reach it.',
          },
        ]),
    {
      what: 'Change the type, and start it.',
      commands: [
        formatAwsCommand(
          region,
          `ec2 modify-instance-attribute --instance-id ${old} --instance-type "{\\"Value\\": \\"${target ?? 'TYPE'}\\"}"`,
        ),
        formatAwsCommand(region, `ec2 start-instances --instance-ids ${old}`),
      ],
      ...(migration.isWindows !== true && {
        risk: 'Volumes are now named /dev/nvme…: a mount by another device name fails.',
      }),
    },
    { what: 'Test it. If it does not boot, stop it and set its old type again.' },
  ]
}
