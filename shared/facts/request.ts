import type { InstanceFacts } from './facts.ts'
import { omitUndefined, type Part, readFlag, readPart, readText, setAt } from './fields.ts'
import { readRequestedTags } from './tags.ts'

/** What a RunInstances request says of its instances. A launch template may say the rest, image and type included. */
export const readRequest = (request: Part | undefined): InstanceFacts => {
  const first = request && setAt(request, 'instancesSet')?.[0]
  return omitUndefined<InstanceFacts>({
    imageId: first && readText(first, 'imageId'),
    instanceType: request && readText(request, 'instanceType'),
    ...readTerms(request),
  })
}

/** The part of a request that a response does not repeat. */
export const readTerms = (request: Part | undefined): InstanceFacts => {
  if (request === undefined) return {}
  return omitUndefined<InstanceFacts>({
    ...readMarket(request),
    stopProtected: readFlag(request, 'disableApiStop'),
    tags: readRequestedTags(request),
  })
}

/** A Spot request is one-time unless it says otherwise (EC2 API reference, SpotMarketOptions). */
const readMarket = (request: Part): Pick<InstanceFacts, 'lifecycle' | 'spotRequest'> => {
  const market = readPart(request, 'instanceMarketOptions')
  if (market === undefined || readText(market, 'marketType') !== 'spot') return {}
  const spot = readPart(market, 'spotOptions')
  const type = spot && readText(spot, 'spotInstanceType')
  return { lifecycle: 'spot', spotRequest: type === 'persistent' ? 'persistent' : 'one-time' }
}
