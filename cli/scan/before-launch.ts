import type { World } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { classifyReadFailure, type ReadFailure } from '../../shared/fleet/read-failure.ts'
import type { ScanTarget } from './accounts.ts'
import { evaluateImages } from './images.ts'
import { readRegionPlans } from './region-plans.ts'
import { evaluateTemplates } from './templates.ts'

export type BeforeLaunch = {
  readonly findings: readonly Finding[]
  /** The parts that could not be read, and why. */
  readonly failures: readonly ReadFailure[]
}

type Asked = { readonly world: World; readonly images: boolean; readonly templates: boolean; readonly all: boolean }

/** Reads one part: returns its result, or why there is none. Throws only bugs. */
const readPartOf = async <T>(what: string, call: string, read: () => Promise<readonly T[]>) => {
  try {
    return { found: await read(), troubles: [] }
  } catch (error) {
    const failure = classifyReadFailure(error, call)
    if (failure === undefined) throw error
    return { found: [], troubles: [{ ...failure, why: `${what}: ${failure.why}` }] }
  }
}

/** Evaluates what was not launched yet: the account's images that are in use, its launch templates and its groups. */
export const scanBeforeLaunch = async (place: ScanTarget, asked: Asked): Promise<BeforeLaunch> => {
  const { world, images, templates, all } = asked
  const id = `scan-${place.accountId}-${place.region}-${world.now.getTime()}`
  const time = world.now.toISOString()
  const plans = await readPartOf('launch templates were not read', 'ec2:DescribeLaunchTemplateVersions', () =>
    readRegionPlans(place),
  )
  const ofTemplates = await readPartOf('images of templates were not read', 'ec2:DescribeImages', async () =>
    templates
      ? evaluateTemplates(place, plans.found, {
          world,
          event: { id, name: 'DescribeLaunchTemplateVersions', time },
          all,
        })
      : [],
  )
  const ofImages = await readPartOf('images were not read', 'ec2:DescribeImages', async () =>
    images ? evaluateImages(place, plans.found, { world, event: { id, name: 'DescribeImages', time } }) : [],
  )
  return {
    findings: [...ofImages.found, ...ofTemplates.found],
    failures: [...plans.troubles, ...ofTemplates.troubles, ...ofImages.troubles],
  }
}
