// The words of the steps that make something new beside the instance, and retire the old one.
import { orPlaceholder } from './step.ts'
import { ec2, idOf, type Wanted, type Words, type WordsOf } from './wanted.ts'

const isStopped = ({ target: { instance } }: Wanted): boolean =>
  instance.state === 'stopped' || instance.state === 'stopping'

const isSpot = ({ target: { instance } }: Wanted): boolean => instance.lifecycle === 'spot'

const SNAPSHOT_RISK = 'A snapshot of a running system is in the state of a power cut: flush databases first.'

const findImage = (wanted: Wanted): Words => {
  const { instance, isWindows, productCode = 'none' } = wanted.target
  const architecture = instance.architecture === 'arm64' ? 'arm64' : 'x86_64'
  const common = `Name=virtualization-type,Values=hvm Name=ena-support,Values=true Name=architecture,Values=${architecture}`
  const newest = '--query "sort_by(Images,&CreationDate)[-1].[ImageId,Name]" --output text'
  const is32Bit = instance.architecture === 'i386' ? ' It is 32 bit now: its software has to be 64 bit as well.' : ''
  if (productCode !== 'none')
    return {
      what: `Find a current HVM image of the same product of AWS Marketplace, 64 bit.${is32Bit}`,
      commands: [
        ec2(
          wanted,
          `describe-images --owners aws-marketplace --filters ${common} Name=product-code,Values=${orPlaceholder(productCode, 'PRODUCT_CODE')} ${newest}`,
        ),
      ],
      risk: 'If there is none, the product has to be replaced by another.',
    }
  // With a name of one system only where the system is known.
  const systems: Readonly<Record<string, string>> = {
    true: ' Name=name,Values="Windows_Server-2022-English-Full-Base-*"',
    false: ' Name=name,Values="al2023-ami-2023.*"',
  }
  return {
    what: `Find a current HVM image of the same system, 64 bit; for one that is not of Amazon, with its owner and name.${is32Bit}`,
    commands: [
      ec2(
        wanted,
        `describe-images --owners amazon --filters ${common}${systems[`${isWindows}`] ?? ' Name=name,Values="NAME*"'} ${newest}`,
      ),
    ],
  }
}

const describeMarket = (wanted: Wanted): string =>
  (isSpot(wanted) ? ' --instance-market-options MarketType=spot' : '') +
  (wanted.target.isOnDedicatedHost === true ? ' --placement Tenancy=host' : '')

const SAVE_WORDS: WordsOf<'WRITE_DOWN' | 'SNAPSHOT_VOLUMES' | 'COPY_DATA_OFF'> = {
  WRITE_DOWN: wanted => ({
    what: 'Write down what it has: subnet, security groups, role, addresses, volumes, user data.',
    commands: [
      ec2(wanted, `describe-instances --instance-ids ${idOf(wanted)}`),
      ec2(wanted, `describe-instance-attribute --instance-id ${idOf(wanted)} --attribute userData`),
    ],
  }),
  SNAPSHOT_VOLUMES: wanted => ({
    what: 'Take a snapshot of each of its volumes, so that you can go back.',
    commands: [
      ec2(
        wanted,
        `create-snapshot --volume-id ${orPlaceholder(wanted.target.rootVolumeId, 'VOLUME_ID')} --description before-rebuild`,
      ),
    ],
    ...(!isStopped(wanted) && { risk: SNAPSHOT_RISK }),
  }),
  COPY_DATA_OFF: () => ({
    what: 'Copy the data off it. Its root is on instance store: there is no volume to take a snapshot of.',
    risk: 'What you do not copy is lost with the instance.',
  }),
}

const LAUNCH_WORDS: WordsOf<'FIND_IMAGE' | 'CHECK_FIT' | 'ALLOCATE_HOST' | 'LAUNCH_NEW'> = {
  FIND_IMAGE: findImage,
  CHECK_FIT: ({ target: { region, instance }, newType, changes }) => ({
    what: 'Check whether image and type fit, before anything is launched.',
    commands: [
      `virtguard check --image-id ${changes.image ? 'IMAGE_ID' : orPlaceholder(instance.imageId, 'IMAGE_ID')} --instance-type ${newType} --region ${orPlaceholder(region, 'REGION')}`,
    ],
  }),
  ALLOCATE_HOST: wanted => ({
    what: 'Allocate a Dedicated Host for the new type: its present one takes types of one family only.',
    commands: [ec2(wanted, `allocate-hosts --instance-type ${wanted.newType} --availability-zone ZONE --quantity 1`)],
    risk: 'You pay for a host whether anything runs on it or not. Release the old one once it is empty.',
  }),
  LAUNCH_NEW: wanted => ({
    what: 'Launch the new instance beside the old one, and set it up as the old one was.',
    commands: [
      ec2(
        wanted,
        `run-instances --image-id ${wanted.changes.image ? 'IMAGE_ID' : orPlaceholder(wanted.target.instance.imageId, 'IMAGE_ID')} --instance-type ${wanted.newType} --subnet-id SUBNET_ID --security-group-ids GROUP_ID --iam-instance-profile Name=PROFILE --metadata-options HttpTokens=required${describeMarket(wanted)}`,
      ),
    ],
  }),
}

const RETIRE_WORDS: WordsOf<
  'MOVE_DATA' | 'TURN_TRAFFIC' | 'KEEP_OLD' | 'CANCEL_SPOT_REQUEST' | 'TERMINATE' | 'DEREGISTER'
> = {
  MOVE_DATA: wanted => ({
    what: isStopped(wanted)
      ? 'Move the data: detach its data volumes and attach them to the new instance.'
      : 'Move the data: copy it, or unmount its data volumes on EBS and move those.',
    commands: [
      ec2(wanted, 'detach-volume --volume-id VOLUME_ID'),
      ec2(wanted, 'attach-volume --volume-id VOLUME_ID --instance-id NEW_INSTANCE_ID --device /dev/sdf'),
    ],
    ...(wanted.target.isWindows === false && {
      risk: 'On Nitro a volume is seen as /dev/nvme1n1, whatever the device is called: mount by UUID or label.',
    }),
  }),
  TURN_TRAFFIC: wanted => ({
    what: 'Test the new instance, then turn the traffic to it: address, load balancer, DNS.',
    commands: [
      ec2(
        wanted,
        'associate-address --allocation-id ALLOCATION_ID --instance-id NEW_INSTANCE_ID --allow-reassociation',
      ),
    ],
  }),
  KEEP_OLD: () => ({ what: 'Keep the old instance stopped for as long as you may want to go back.' }),
  CANCEL_SPOT_REQUEST: wanted => ({
    what: 'Cancel its Spot request first: a persistent one launches the old instance again once it is terminated.',
    commands: [
      ec2(wanted, `describe-spot-instance-requests --filters Name=instance-id,Values=${idOf(wanted)}`),
      ec2(wanted, 'cancel-spot-instance-requests --spot-instance-request-ids REQUEST_ID'),
    ],
    ...(isStopped(wanted) && { risk: 'EC2 terminates a stopped instance together with its request.' }),
  }),
  TERMINATE: wanted => ({
    what: 'Finally, terminate the old instance.',
    commands: [ec2(wanted, `terminate-instances --instance-ids ${idOf(wanted)}`)],
    risk: 'It cannot be undone. Volumes that are marked for it are deleted with the instance.',
  }),
  DEREGISTER: wanted => ({
    what: 'Deregister its image, so that nobody launches from it again.',
    commands: [
      ec2(wanted, `deregister-image --image-id ${orPlaceholder(wanted.target.instance.imageId, 'OLD_IMAGE_ID')}`),
    ],
    risk: 'It cannot be undone. Others may launch from the image too: virtguard scan --images says who.',
  }),
}

/** Words of a rebuild. */
export const REBUILD_WORDS = { ...SAVE_WORDS, ...LAUNCH_WORDS, ...RETIRE_WORDS }
