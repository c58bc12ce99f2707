import type { InstanceFacts } from './facts.ts'
import { omitUndefined, type Part, readFact, readFlag, readPart, readText, setAt } from './fields.ts'
import { readRequestedTags } from './tags.ts'

/**
 * The values of a RunInstances request for its instances. A launch template may add the rest, image and type included.
 */
export const readRequest = (request: Part | undefined): InstanceFacts => {
  if (request === undefined) return {}
  return omitUndefined<InstanceFacts>({
    imageId: readFact(request, () => readImageId(request)),
    instanceType: readFact(request, () => readText(request, 'instanceType')),
    ...readTerms(request),
  })
}

const readImageId = (request: Part): string | undefined => {
  const first = setAt(request, 'instancesSet')?.[0]
  return first && readText(first, 'imageId')
}

/** The part of a request that a response does not repeat. */
export const readTerms = (request: Part | undefined): InstanceFacts => {
  if (request === undefined) return {}
  return omitUndefined<InstanceFacts>({
    ...readFact(request, () => readMarket(request)),
    stopProtected: readFact(request, () => readFlag(request, 'disableApiStop')),
    tags: readFact(request, () => readRequestedTags(request)),
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
