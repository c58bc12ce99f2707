import path from 'node:path'
import { REFUSALS } from '../test/support/refusals.ts'
import type { Envelope } from './carry.ts'
import type { Ec2 } from './ec2.ts'
import { HVM_IMAGE, NO_ENA_IMAGE, PV_IMAGE } from './images.ts'
import { ROOT } from './root.ts'
import {
  createRefusalRecord,
  createRegistrationRecord,
  createRunningNotifications,
  createWish,
  launchRecord,
  reissueRecord,
  type Wish,
} from './trail.ts'

/** A user's action, the reports of it that AWS would deliver, and the number of alerts that these should cause. */
export type Scene = {
  readonly title: string
  /** The effect under the policy of the demo. */
  readonly verdict?: string
  readonly act: (ec2: Ec2) => Promise<readonly Envelope[]>
  readonly alerts: number
  /** The kind of the alerts: by default a finding, else an outcome of a stop. */
  readonly kind?: 'outcome'
}

/** The policy that the scenes are made for: one rule enforces, and one type is exempt. */
export const SHOW_POLICY = path.join(ROOT, 'local', 'show-policy.yaml')

export const SCENES: readonly Scene[] = [
  {
    title: 'Somebody launches a t3.micro from an HVM image with ENA.',
    verdict: 'Nothing is wrong with it.',
    act: ec2 => launch({ image: HVM_IMAGE, instanceType: 't3.micro', count: 1, name: 'web' }, ec2),
    alerts: 0,
  },
  {
    title: 'Somebody launches an m1.small from a paravirtual image.',
    verdict: 'The policy enforces: the alert says when it will be stopped.',
    act: ec2 => launch({ image: PV_IMAGE, instanceType: 'm1.small', count: 1, name: 'billing' }, ec2),
    alerts: 1,
  },
  {
    title: 'An Auto Scaling group launches three of them in one call.',
    verdict: 'One alert, and no stop, because the group would replace them.',
    act: ec2 => {
      const tags = { 'aws:autoscaling:groupName': 'batch' }
      return launch({ image: PV_IMAGE, instanceType: 'm1.small', count: 3, name: 'batch', tags }, ec2)
    },
    alerts: 1,
  },
  {
    title: 'Somebody launches an m1.medium from the same image.',
    verdict: 'The policy exempts it for a while: it is in the ledger, and nobody is alerted.',
    act: ec2 => launch({ image: PV_IMAGE, instanceType: 'm1.medium', count: 1, name: 'museum' }, ec2),
    alerts: 0,
  },
  {
    // moto would launch it, so that it is not asked.
    title: 'Somebody tries an image without ENA on an m5.xlarge: refused, with the error that EC2 documents for it.',
    act: async () => [
      createRefusalRecord(
        createWish({ image: NO_ENA_IMAGE, instanceType: 'm5.xlarge', count: 1, name: 'legacy' }),
        REFUSALS.ena,
      ),
    ],
    alerts: 1,
  },
  {
    title: 'Somebody registers an image and does not say which virtualization type: EC2 takes it for paravirtual.',
    act: async ec2 => [createRegistrationRecord(await ec2.register('golden-image'), 'golden-image')],
    alerts: 1,
  },
]

/** The later event without a user's action, if there is a cloud. */
export const STOP: Scene = {
  title: 'The grace period of the first m1.small ends, and nobody has prevented the stop.',
  act: async () => [],
  alerts: 1,
  kind: 'outcome',
}

/** A launch is reported twice by CloudTrail, once under another id, and once for each instance by EC2. */
async function launch(asked: Omit<Wish, 'clientToken'>, ec2: Ec2): Promise<readonly Envelope[]> {
  const wish = createWish(asked)
  const answer = await ec2.launch(wish)
  const record = launchRecord(wish, answer)
  return [record, record, reissueRecord(record), ...createRunningNotifications(answer)]
}
