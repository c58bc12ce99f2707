import { readUsedImages } from '../../shared/aws/fleet/used-images.ts'
import { classifyReadFailure } from '../../shared/fleet/read-failure.ts'
import { formatFactsLine } from '../../shared/images/facts-file.ts'
import type { ScanTarget } from './accounts.ts'
import { readRegionPlans } from './region-plans.ts'

/** The facts of the images of a region, one a line, or why it could not be read. */
export type RegionFacts = { readonly lines: readonly string[]; readonly why?: string }

/** Reads the images that a region of an account owns or uses. Throws only bugs. */
export const readRegionFacts = async (place: ScanTarget, now: Date): Promise<RegionFacts> => {
  try {
    const images = await readUsedImages(place.client, () => readRegionPlans(place))
    return { lines: images.map(image => formatFactsLine(image, place, now)) }
  } catch (error) {
    const failure = classifyReadFailure(error, 'ec2:DescribeImages')
    if (failure === undefined) throw error
    return { lines: [], why: failure.why }
  }
}
