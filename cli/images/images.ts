import { formatCount } from '../output/counted.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import { openAccounts, planAccounts, type Scope } from '../scan/accounts.ts'
import { readRegionFacts } from '../scan/read-facts.ts'
import { openTarget } from '../scan/sink.ts'

/** Writes the facts of images to a file, or to standard output. Returns the exit code; throws UserError. */
export const writeImageFacts = async (io: Io, scope: Scope, output: string | undefined): Promise<number> => {
  const target = await openTarget(io, output)
  const failures: string[] = []
  let [count, regions] = [0, 0]
  for await (const { places, notCovered } of openAccounts(await planAccounts(scope))) {
    for (const { accountId, region, why = 'not known why' } of notCovered)
      failures.push(`${accountId}/${region}: ${why}`)
    // One after the other: the calls of EC2 are shared with everyone in the account.
    for (const place of places) {
      const { lines, why } = await readRegionFacts(place, io.now())
      count += lines.length
      regions += 1
      await target.write(lines.join(''))
      if (why !== undefined) failures.push(`${place.accountId}/${place.region}: ${why}`)
    }
  }
  await target.close()
  printLine(io.err, `facts of ${formatCount(count, 'image')} in ${formatCount(regions, 'region')}`)
  for (const failure of failures) printLine(io.err, `not covered: ${failure}`)
  return failures.length > 0 ? 2 : 0
}
