import { evaluate, type World } from '../engine/evaluate.ts'
import type { Finding } from '../engine/finding.ts'
import type { EventRef, ImageFacts } from '../facts/facts.ts'
import { createImageResource } from '../facts/resource.ts'

/** The users of an image: instances that run from it, and templates and groups that launch from it. */
export type ImageUse = { readonly instanceIds: readonly string[]; readonly launchers: readonly string[] }

type EvaluationContext = {
  readonly place: { readonly accountId: string; readonly region: string }
  readonly world: World
  readonly event: EventRef
}

const MOST_NAMED = 5

const collectNames = (names: readonly string[]): string =>
  names.length <= MOST_NAMED
    ? names.join(', ')
    : `${names.slice(0, MOST_NAMED).join(', ')} and ${names.length - MOST_NAMED} more`

/** `Used by 2 instances (i-1, i-2) and Launch template web (lt-0123) version 4.` */
const describeInWords = ({ instanceIds, launchers }: ImageUse): string => {
  const instances =
    instanceIds.length === 0
      ? []
      : [`${instanceIds.length} ${instanceIds.length === 1 ? 'instance' : 'instances'} (${collectNames(instanceIds)})`]
  return `Used by ${[...instances, ...(launchers.length === 0 ? [] : [collectNames(launchers)])].join(' and ')}.`
}

/** The failures of an image. Empty if it passes. */
export const evaluateImage = (image: ImageFacts, { place, world, event }: EvaluationContext): readonly Finding[] => {
  const { imageId } = image
  if (imageId === undefined) return []
  const subject = { kind: 'image', resource: createImageResource(place, imageId), image } as const
  return evaluate({ subject, event, actor: {} }, world)
}

/** The finding with the users of the image. Undefined for an image without users, which harms nobody. */
export const addUse = (finding: Finding, use: ImageUse): Finding | undefined =>
  use.instanceIds.length + use.launchers.length === 0
    ? undefined
    : { ...finding, message: `${finding.message} ${describeInWords(use)}` }
