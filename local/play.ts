import { carry } from './carry.ts'
import type { Cloud } from './cloud.ts'
import { createEmulatedEc2 } from './ec2.ts'
import type { Mailbox } from './mailbox.ts'
import { waitUntilSettled } from './queues.ts'
import type { Scene } from './scenes.ts'
import type { Screen } from './screen.ts'
import type { Delivered } from './subscriber.ts'

export type DemoResult = {
  readonly scene: Scene
  readonly reports: number
  readonly alerts: number
}

type Stage = {
  readonly cloud: Cloud
  readonly mailbox: Mailbox
  readonly screen: Screen
  readonly email: string
  /** Whether the policy is the one that the scenes are made for, so that the alerts of each are known. */
  readonly known: boolean
}

const PATIENCE_SECONDS = 30

/** Lets a scene happen, carries its reports through the deployed rules, and shows the alerts that come of it. */
export async function play(scene: Scene, { cloud, mailbox, screen, email, known }: Stage): Promise<DemoResult> {
  screen.step([scene.title, ...(known && scene.verdict ? [scene.verdict] : [])].join(' '))
  const reports = await scene.act(createEmulatedEc2(cloud.clients))
  // At once and in any order, as AWS delivers them.
  const taken = await Promise.all(reports.map(report => carry(report, cloud.clients)))
  const carried = taken.reduce((sum, queues) => sum + queues, 0)
  const said = `${reports.length} ${reports.length === 1 ? 'report' : 'reports'} of it, ${carried} matched by the deployed rules`
  screen.step(reports.length > 0 ? `  ${said}` : '  waiting for it')
  const show = ({ subject, text }: Delivered) => screen.mail({ to: email, subject, text })
  let alerts = 0
  const receive = async () => {
    const delivered = await mailbox.next(scene.kind ?? 'finding')
    delivered.forEach(show)
    alerts += delivered.length
    return delivered.length
  }
  const until = Date.now() + PATIENCE_SECONDS * 1000
  while (known && alerts < scene.alerts && Date.now() < until) await receive()
  // Every further alert is one too many.
  await waitUntilSettled(cloud, PATIENCE_SECONDS)
  while ((await receive()) > 0);
  if (alerts === 0 && (scene.alerts === 0 || !known)) screen.step('  no alert')
  return { scene, reports: reports.length, alerts }
}
