// The words of the unofficial path, by a helper instance. The steps inside the system differ from one to the next, so that
// they are in words: commands would be a guess.
import { ec2, type WordsOf } from './wanted.ts'

/** Words of the move of a system to a new volume. */
export const VOLUME_WORDS: WordsOf<'LAUNCH_HELPER' | 'COPY_ROOT' | 'MAKE_BOOTABLE' | 'REGISTER_HVM' | 'LAUNCH_COPY'> = {
  LAUNCH_HELPER: wanted => ({
    what: 'Launch a helper: a current HVM instance, of the same distribution if there is one. Give it a volume made of the snapshot, and an empty one of the same size and 1 GiB more.',
    commands: [
      ec2(wanted, 'create-volume --snapshot-id SNAPSHOT_ID --availability-zone ZONE'),
      ec2(wanted, 'create-volume --size SIZE_IN_GIB --volume-type gp3 --availability-zone ZONE'),
      ec2(wanted, 'attach-volume --volume-id OLD_VOLUME_ID --instance-id HELPER_ID --device /dev/sdf'),
      ec2(wanted, 'attach-volume --volume-id NEW_VOLUME_ID --instance-id HELPER_ID --device /dev/sdg'),
    ],
    risk: 'Never work on the only copy.',
  }),
  COPY_ROOT: () => ({
    what: 'In the helper: give the empty volume a partition table with one bootable partition, make a file system in it and copy the old root into it. A PV root is often a file system without a partition table: HVM cannot boot that.',
  }),
  MAKE_BOOTABLE: () => ({
    what: 'In a chroot of the copy: install a kernel that has xen-blkfront, ena and nvme in its initramfs, and GRUB on the disk, not on the partition. Have /etc/fstab name file systems by UUID, and the network come up by DHCP whatever the interface is called.',
    risk: 'A kernel of a distribution that is out of support may have neither driver; then this way ends here.',
  }),
  REGISTER_HVM: wanted => ({
    what: 'Take a snapshot of the new volume and register it as an image: HVM, with ENA.',
    commands: [
      ec2(wanted, 'create-snapshot --volume-id NEW_VOLUME_ID --description hvm-root'),
      ec2(
        wanted,
        'register-image --name NAME-hvm --architecture x86_64 --virtualization-type hvm --ena-support --root-device-name /dev/xvda --block-device-mappings "DeviceName=/dev/xvda,Ebs={SnapshotId=NEW_SNAPSHOT_ID}"',
      ),
    ],
    risk: 'Without --virtualization-type hvm it is registered as PV again: that is the default. With ENA on and no driver, nobody can reach the instance.',
  }),
  LAUNCH_COPY: wanted => ({
    what: 'Launch it first on a Xen type that takes HVM, then on its final type. If it does not boot, read its console output.',
    commands: [
      ec2(wanted, 'run-instances --image-id NEW_IMAGE_ID --instance-type t2.small --subnet-id SUBNET_ID'),
      ec2(wanted, 'get-console-output --instance-id NEW_INSTANCE_ID --latest --output text'),
      ec2(wanted, `run-instances --image-id NEW_IMAGE_ID --instance-type ${wanted.newType} --subnet-id SUBNET_ID`),
    ],
  }),
}
