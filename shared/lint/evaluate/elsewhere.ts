import type { AccountRegion } from '../../facts/account-region.ts'
import type { Declaration } from '../model/declaration.ts'

const listNames = (declaration: Declaration): readonly string[] =>
  declaration.kind === 'image' ? [] : declaration.pairs.flatMap(({ image: { name } }) => name ?? [])

/** A line for each image whose facts were read in another Region than that of what launches it: an id is of one Region. */
export const describeElsewhere = (
  declarations: readonly Declaration[],
  places: ReadonlyMap<string, Pick<AccountRegion, 'region'>>,
): readonly string[] => [
  ...new Set(
    declarations.flatMap(declaration =>
      listNames(declaration).flatMap(name => {
        const read = places.get(name)?.region
        if (read === undefined || declaration.region === undefined || read === declaration.region) return []
        return [
          `${name}: its facts are of ${read}, and ${declaration.place.address} is in ${declaration.region}, which has no image of this id; copy it there, or name another`,
        ]
      }),
    ),
  ),
]
