import { formatCount } from '../output/counted.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import { findPlaces, type Scope } from '../scan/accounts.ts'
import { readRegionFacts } from '../scan/read-facts.ts'
import { openTarget } from '../scan/sink.ts'

/** Writes the facts of images to a file, or to standard output. Returns the exit code; throws UserError. */
export const writeImageFacts = async (io: Io, scope: Scope, output: string | undefined): Promise<number> => {
  const target = await openTarget(io, output)
  const { places, notCovered } = await findPlaces(scope)
  const failures = notCovered.map(({ accountId, region, why = 'not known why' }) => `${accountId}/${region}: ${why}`)
  let count = 0
  // One after the other: the calls of EC2 are shared with everyone in the account.
  for (const place of places) {
    const { lines, why } = await readRegionFacts(place, io.now())
    count += lines.length
    await target.write(lines.join(''))
    if (why !== undefined) failures.push(`${place.accountId}/${place.region}: ${why}`)
  }
  await target.close()
  printLine(io.err, `facts of ${formatCount(count, 'image')} in ${formatCount(places.length, 'region')}`)
  for (const failure of failures) printLine(io.err, `not covered: ${failure}`)
  return failures.length > 0 ? 2 : 0
}
