import type { InstanceFacts } from './facts.ts'
import { flagAt, known, type Part, partAt, setAt, textAt } from './fields.ts'
import { requestedTags } from './tags.ts'

/** What a RunInstances request says of its instances. A launch template may say the rest, image and type included. */
export const readRequest = (request: Part | undefined): InstanceFacts => {
  const first = request && setAt(request, 'instancesSet')?.[0]
  return known<InstanceFacts>({
    imageId: first && textAt(first, 'imageId'),
    instanceType: request && textAt(request, 'instanceType'),
    ...readTerms(request),
  })
}

/** The part of a request that a response does not repeat. */
export const readTerms = (request: Part | undefined): InstanceFacts => {
  if (request === undefined) return {}
  return known<InstanceFacts>({
    ...readMarket(request),
    stopProtected: flagAt(request, 'disableApiStop'),
    tags: requestedTags(request),
  })
}

/** A Spot request is one-time unless it says otherwise (EC2 API reference, SpotMarketOptions). */
const readMarket = (request: Part): Pick<InstanceFacts, 'lifecycle' | 'spotRequest'> => {
  const market = partAt(request, 'instanceMarketOptions')
  if (market === undefined || textAt(market, 'marketType') !== 'spot') return {}
  const spot = partAt(market, 'spotOptions')
  const type = spot && textAt(spot, 'spotInstanceType')
  return { lifecycle: 'spot', spotRequest: type === 'persistent' ? 'persistent' : 'one-time' }
}
