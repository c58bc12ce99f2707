import { readPlans } from '../../shared/aws/fleet/templates.ts'
import type { World } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import type { LaunchPlan } from '../../shared/fleet/launch-plans.ts'
import { type Trouble, troubleOf } from '../../shared/fleet/trouble.ts'
import type { ScanPlace } from './accounts.ts'
import { imageFindings } from './images.ts'
import { templateFindings } from './templates.ts'

export type BeforeLaunch = {
  readonly findings: readonly Finding[]
  /** What could not be read, and why. */
  readonly troubles: readonly Trouble[]
}

type Asked = { readonly world: World; readonly images: boolean; readonly templates: boolean; readonly all: boolean }

/** One part of the reading: what it gives, or why it gives nothing. Throws only bugs. */
const part = async <T>(what: string, call: string, read: () => Promise<readonly T[]>) => {
  try {
    return { found: await read(), troubles: [] }
  } catch (error) {
    const trouble = troubleOf(error, call)
    if (trouble === undefined) throw error
    return { found: [], troubles: [{ ...trouble, why: `${what}: ${trouble.why}` }] }
  }
}

const plansIn = async ({ client, accountId, region }: ScanPlace): Promise<readonly LaunchPlan[]> => {
  const { AutoScalingClient } = await import('@aws-sdk/client-auto-scaling')
  const autoScaling = new AutoScalingClient({
    region,
    credentials: client.config.credentials,
    retryMode: 'adaptive',
    maxAttempts: 10,
  })
  return readPlans({ ec2: client, autoScaling }, { accountId, region })
}

/** Judges what has not been launched yet: the account's images that are in use, its launch templates and its groups. */
export const scanBeforeLaunch = async (place: ScanPlace, asked: Asked): Promise<BeforeLaunch> => {
  const { world, images, templates, all } = asked
  const id = `scan-${place.accountId}-${place.region}-${world.now.getTime()}`
  const time = world.now.toISOString()
  const plans = await part('launch templates were not read', 'ec2:DescribeLaunchTemplateVersions', () => plansIn(place))
  const ofTemplates = await part('images of templates were not read', 'ec2:DescribeImages', async () =>
    templates
      ? templateFindings(place, plans.found, {
          world,
          event: { id, name: 'DescribeLaunchTemplateVersions', time },
          all,
        })
      : [],
  )
  const ofImages = await part('images were not read', 'ec2:DescribeImages', async () =>
    images ? imageFindings(place, plans.found, { world, event: { id, name: 'DescribeImages', time } }) : [],
  )
  return {
    findings: [...ofImages.found, ...ofTemplates.found],
    troubles: [...plans.troubles, ...ofTemplates.troubles, ...ofImages.troubles],
  }
}
