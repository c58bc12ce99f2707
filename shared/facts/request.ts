import type { InstanceFacts } from './facts.ts'
import { isAbsent, omitUndefined, type Part, readFact, readFlag, readPart, readText, setAt } from './fields.ts'
import { readRequestedTags } from './tags.ts'

const isByTemplate = (request: Part): boolean => !isAbsent(request, ['launchTemplate'])

/**
 * The values of a RunInstances request for its instances. A launch template may add the rest, image and type included.
 */
export const readRequest = (request: Part | undefined): InstanceFacts => {
  if (request === undefined) return {}
  const { lifecycle, ...terms } = readTerms(request)
  return omitUndefined<InstanceFacts>({
    imageId: readFact(request, () => readImageId(request)),
    instanceType: readFact(request, () => readText(request, 'instanceType')),
    ...terms,
    // A template may add tags of an owner. Without a lifecycle nothing is stopped before EC2 has said both.
    lifecycle: isByTemplate(request) ? undefined : lifecycle,
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

/**
 * A Spot request is one-time unless it says otherwise (EC2 API reference, SpotMarketOptions). If it says nothing, its
 * template may.
 */
const readMarket = (request: Part): Pick<InstanceFacts, 'lifecycle' | 'spotRequest'> => {
  const market = readPart(request, 'instanceMarketOptions')
  if (market === undefined || readText(market, 'marketType') !== 'spot') return {}
  const spot = readPart(market, 'spotOptions')
  const type = spot && readText(spot, 'spotInstanceType')
  if (type === 'persistent' || type === 'one-time') return { lifecycle: 'spot', spotRequest: type }
  return { lifecycle: 'spot', ...(type === undefined && !isByTemplate(request) && { spotRequest: 'one-time' }) }
}
