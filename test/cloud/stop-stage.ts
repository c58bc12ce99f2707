// What a test of stops needs beside the stage: it lets a promised stop come, and sees what became of the instances.
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2'
import { waitUntilSettled } from '../../local/queues.ts'
import { launchRecord, type More } from '../../local/trail.ts'
import { bringForward } from './clock.ts'
import type { TestCloud } from './cloud.ts'
import type { Launched, Stage } from './stage.ts'

export const idsOf = ({ answer }: Launched): readonly string[] => answer.instances.map(({ instanceId }) => instanceId)

export const launchIdOf = ({ answer }: Launched): string => answer.reservationId

export const stopStage = (cloud: TestCloud, stage: Stage) => {
  const settle = async () => {
    if (!(await waitUntilSettled(cloud, 40))) throw new Error('the functions still have work')
  }
  return {
    settle,
    /** A paravirtual launch of so many, alerted: their stops are promised and scheduled. */
    promised: async (count = 1, more: More = {}): Promise<Launched> => {
      const launched = await stage.launch('pv', count)
      await stage.report(launchRecord(launched.wish, launched.answer, more))
      await stage.alerts(launchIdOf(launched), 1)
      return launched
    },
    /** Lets the stops of these instances come, after the grace period of the deployed policy. */
    comes: async (instanceIds: readonly string[]): Promise<number> => {
      await new Promise(resolve => setTimeout(resolve, GRACE_MS))
      const made = await Promise.all(instanceIds.map(id => bringForward(cloud, `stop-${id}`)))
      await settle()
      return made.reduce((sum, one) => sum + one, 0)
    },
    /** The states of the instances, as EC2 has them. */
    states: async (instanceIds: readonly string[]): Promise<readonly (string | undefined)[]> => {
      const { Reservations = [] } = await cloud.clients.ec2.send(
        new DescribeInstancesCommand({ InstanceIds: [...instanceIds] }),
      )
      const instances = Reservations.flatMap(({ Instances = [] }) => Instances)
      return instanceIds.map(id => instances.find(({ InstanceId }) => InstanceId === id)?.State?.Name)
    },
    /** The instances that EC2 was asked to stop, in the order of the calls. */
    asked: (instanceIds: readonly string[]): readonly (string | undefined)[] =>
      cloud
        .calls()
        .filter(({ action }) => action === 'StopInstances')
        .map(({ request }) => request['InstanceId.1'])
        .filter(id => id !== undefined && instanceIds.includes(id)),
    /** What the ledger says of the one rule that enforces, by instance. */
    ledger: async (launched: Launched, rule = 'paravirtual-instance') => {
      const rows = (await stage.rows(launched.answer)).filter(row => row.rule === rule)
      return idsOf(launched).map(id => rows.find(({ resource }) => resource === id))
    },
  }
}

/** Of test/cloud/stopping.yaml, and one for the whole seconds that stops are promised in. */
const GRACE_MS = 3_000
