import type { MigrationTarget } from './migration-target.ts'
import { formatAwsCommand, orPlaceholder, type Step } from './step.ts'

/**
 * The unofficial path, by a helper instance. The steps inside the system differ from one to the next, so that they are
 * in words: commands would be a guess.
 */
export const buildVolumeSteps = (migration: MigrationTarget, target: string | undefined): readonly Step[] => {
  const { region, rootVolumeId } = migration
  return [
    {
      what: 'Take a snapshot of the root volume, best with the instance stopped.',
      commands: [
        formatAwsCommand(
          region,
          `ec2 create-snapshot --volume-id ${orPlaceholder(rootVolumeId, 'ROOT_VOLUME_ID')} --description pv-root`,
        ),
      ],
      risk: 'Never work on the only copy.',
    },
    {
      what: 'Launch a helper: a current HVM instance, of the same distribution if there is one. Give it a volume made of the snapshot, and an empty one of the same size and 1 GiB more.',
      commands: [
        formatAwsCommand(region, 'ec2 create-volume --snapshot-id SNAPSHOT_ID --availability-zone ZONE'),
        formatAwsCommand(region, 'ec2 create-volume --size SIZE_IN_GIB --volume-type gp3 --availability-zone ZONE'),
        formatAwsCommand(
          region,
          'ec2 attach-volume --volume-id OLD_VOLUME_ID --instance-id HELPER_ID --device /dev/sdf',
        ),
        formatAwsCommand(
          region,
          'ec2 attach-volume --volume-id NEW_VOLUME_ID --instance-id HELPER_ID --device /dev/sdg',
        ),
      ],
    },
    {
      what: 'In the helper: give the empty volume a partition table with one bootable partition, make a file system in it and copy the old root into it. A PV root is often a file system without a partition table: HVM cannot boot that.',
    },
    {
      what: 'In a chroot of the copy: install a kernel that has xen-blkfront, ena and nvme in its initramfs, and GRUB on the disk, not on the partition. Have /etc/fstab name file systems by UUID, and the network come up by DHCP whatever the interface is called.',
      risk: 'A kernel of a distribution that is out of support may have neither driver; then this way ends here.',
    },
    {
      what: 'Take a snapshot of the new volume and register it as an image: HVM, with ENA.',
      commands: [
        formatAwsCommand(region, 'ec2 create-snapshot --volume-id NEW_VOLUME_ID --description hvm-root'),
        formatAwsCommand(
          region,
          `ec2 register-image --name NAME-hvm --architecture x86_64 --virtualization-type hvm --ena-support --root-device-name /dev/xvda --block-device-mappings "DeviceName=/dev/xvda,Ebs={SnapshotId=NEW_SNAPSHOT_ID}"`,
        ),
      ],
      risk: 'Without --virtualization-type hvm it is registered as PV again: that is the default. With ENA on and no driver, nobody can reach the instance.',
    },
    launchCopy(region, target),
    { what: 'Continue as in a rebuild: data, test, traffic. Only then stop and remove the old instance.' },
  ]
}

const launchCopy = (region: string, target: string | undefined): Step => ({
  what: 'Launch it first on a Xen type that takes HVM, then on its final type. If it does not boot, read its console output.',
  commands: [
    formatAwsCommand(
      region,
      `ec2 run-instances --image-id NEW_IMAGE_ID --instance-type t2.small --subnet-id SUBNET_ID`,
    ),
    formatAwsCommand(region, `ec2 get-console-output --instance-id NEW_INSTANCE_ID --latest --output text`),
    formatAwsCommand(
      region,
      `ec2 run-instances --image-id NEW_IMAGE_ID --instance-type ${target ?? 'TYPE'} --subnet-id SUBNET_ID`,
    ),
  ],
})
