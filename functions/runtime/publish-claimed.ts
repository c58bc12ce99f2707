import { wasRefused } from '../../shared/aws/refused.ts'

/**
 * Publishes the alerts of one claim, one after the other, each by a call of its own. Gives the claim back if SNS
 * refuses the first, because then none is published. Throws what publishing throws.
 */
export const publishClaimed = async (
  publishings: readonly (() => Promise<void>)[],
  release: () => Promise<void>,
): Promise<void> => {
  for (const [index, publish] of publishings.entries())
    try {
      await publish()
    } catch (error) {
      if (index === 0 && wasRefused(error)) await release()
      throw error
    }
}
