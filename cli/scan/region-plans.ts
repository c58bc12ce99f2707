import { readPlans } from '../../shared/aws/fleet/templates.ts'
import type { LaunchPlan } from '../../shared/fleet/launch-plans.ts'
import type { ScanTarget } from './accounts.ts'

/** What the launch templates and the groups of a region would launch. Throws what EC2 and Auto Scaling throw. */
export const readRegionPlans = async ({ client, accountId, region }: ScanTarget): Promise<readonly LaunchPlan[]> => {
  const { AutoScalingClient } = await import('@aws-sdk/client-auto-scaling')
  const autoScaling = new AutoScalingClient({
    region,
    credentials: client.config.credentials,
    retryMode: 'adaptive',
    maxAttempts: 10,
  })
  return readPlans({ ec2: client, autoScaling }, { accountId, region })
}
