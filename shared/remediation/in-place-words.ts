// The words of the steps that are done to the instance itself.
import { formatAwsCommand, orPlaceholder } from './step.ts'
import { ec2, idOf, type WordsOf } from './wanted.ts'

const RUNBOOK = 'AWSSupport-MigrateXenToNitroLinux'
const WINDOWS_RUNBOOK = 'AWSSupport-UpgradeWindowsAWSDrivers'

const STOP_RISK = 'Its public address changes unless it is an Elastic IP. Data on instance-store disks is lost.'

type InPlace =
  | 'WAIT_RUNNING'
  | 'WAIT_STOPPED'
  | 'LIFT_STOP_PROTECTION'
  | 'STOP'
  | 'START'
  | 'PROTECT_AGAIN'
  | 'WINDOWS_DRIVERS'
  | 'LINUX_DRIVERS'
  | 'ENA_DRIVER'
  | 'RUNBOOK'
  | 'SNAPSHOT_ROOT'
  | 'ENA_ON'
  | 'CHANGE_TYPE'
  | 'TEST_OR_GO_BACK'
  | 'TEST_NETWORK'

const POWER_WORDS: WordsOf<
  'WAIT_RUNNING' | 'WAIT_STOPPED' | 'LIFT_STOP_PROTECTION' | 'STOP' | 'START' | 'PROTECT_AGAIN'
> = {
  WAIT_RUNNING: wanted => ({
    what: 'Wait until it runs: it is still pending.',
    commands: [ec2(wanted, `wait instance-running --instance-ids ${idOf(wanted)}`)],
  }),
  WAIT_STOPPED: wanted => ({
    what: 'Wait until it is stopped: it is still stopping.',
    commands: [ec2(wanted, `wait instance-stopped --instance-ids ${idOf(wanted)}`)],
  }),
  LIFT_STOP_PROTECTION: wanted => ({
    what: `Ask whoever protected ${idOf(wanted)} against being stopped, then lift the protection.`,
    commands: [ec2(wanted, `modify-instance-attribute --instance-id ${idOf(wanted)} --no-disable-api-stop`)],
  }),
  STOP: wanted => ({
    what: `Stop ${idOf(wanted)}.`,
    commands: [ec2(wanted, `stop-instances --instance-ids ${idOf(wanted)}`)],
    risk: STOP_RISK,
  }),
  START: wanted => ({
    what: `Start ${idOf(wanted)}.`,
    commands: [ec2(wanted, `start-instances --instance-ids ${idOf(wanted)}`)],
  }),
  PROTECT_AGAIN: wanted => ({
    what: `Protect ${idOf(wanted)} against being stopped again.`,
    commands: [ec2(wanted, `modify-instance-attribute --instance-id ${idOf(wanted)} --disable-api-stop`)],
  }),
}

const DRIVER_WORDS: WordsOf<'WINDOWS_DRIVERS' | 'LINUX_DRIVERS' | 'ENA_DRIVER' | 'RUNBOOK'> = {
  WINDOWS_DRIVERS: ({ target }) => ({
    what: `Install the current ENA, NVMe and PV drivers of AWS, with its runbook ${WINDOWS_RUNBOOK} or by hand. See what it asks for:`,
    commands: [formatAwsCommand(target.region, `ssm describe-document --name ${WINDOWS_RUNBOOK}`)],
    risk: 'Without the drivers it does not boot on Nitro.',
  }),
  LINUX_DRIVERS: () => ({
    what: 'In the system: see that the kernel and its initramfs have the ena and nvme drivers, and that /etc/fstab names file systems by UUID or label. The script NitroInstanceChecks of AWS checks all of that.',
    risk: 'Without the drivers it does not boot on Nitro, or nobody can reach it.',
  }),
  ENA_DRIVER: () => ({
    what: 'In the system: see that the ena driver is there.',
    risk: 'With ENA on and no driver it has no network: nobody can reach it.',
  }),
  RUNBOOK: ({ target }) => ({
    what: `Have the AWS runbook check it, and move it if the check passes: Systems Manager, Automation, ${RUNBOOK}. It works on a clone first, and asks before it changes the original. See what it asks for:`,
    commands: [formatAwsCommand(target.region, `ssm describe-document --name ${RUNBOOK}`)],
    risk: 'It takes only what Systems Manager manages, nothing with instance-store disks, and moves only to m5, m6, c5, c6, r5, r6 and t3. It moves the original only if its root volume has no LVM and no tags of AWS.',
  }),
}

/** Words of steps on the instance. */
export const IN_PLACE_WORDS: WordsOf<InPlace> = {
  ...POWER_WORDS,
  ...DRIVER_WORDS,
  SNAPSHOT_ROOT: wanted => ({
    what: 'Take a snapshot of its root volume, so that you can go back.',
    commands: [
      ec2(
        wanted,
        `create-snapshot --volume-id ${orPlaceholder(wanted.target.rootVolumeId, 'ROOT_VOLUME_ID')} --description before-change`,
      ),
    ],
  }),
  ENA_ON: wanted => ({
    what: 'Switch ENA on.',
    commands: [ec2(wanted, `modify-instance-attribute --instance-id ${idOf(wanted)} --ena-support`)],
    risk: 'Without the driver it has no network: nobody can reach it.',
  }),
  CHANGE_TYPE: wanted => ({
    what: 'Change the type.',
    commands: [
      ec2(
        wanted,
        `modify-instance-attribute --instance-id ${idOf(wanted)} --instance-type "{\\"Value\\": \\"${wanted.ownNewType}\\"}"`,
      ),
    ],
  }),
  TEST_OR_GO_BACK: () => ({ what: 'Test it. If it does not boot, stop it and set its old type again.' }),
  TEST_NETWORK: () => ({ what: 'Test whether you reach it. If not, stop it and switch ENA off again.' }),
}
