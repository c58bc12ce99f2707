import { readActor } from './actor.ts'
import type { ImageCreation } from './event.ts'
import type { ImageFacts } from './facts.ts'
import { flagAt, known, type Part, partAt, textAt, unreadable } from './fields.ts'
import { bootModeOf, virtualizationTypeAt } from './image-fields.ts'
import { type CallRecord, resourceIds } from './record.ts'
import { imageResource } from './resource.ts'

type Reader = (request: Part) => ImageFacts

/** RegisterImage makes a paravirtual image unless told otherwise, without ENA and, from a snapshot, i386 (EC2 API reference). */
const registered: Reader = request => {
  // Of an instance-store image the manifest says the rest.
  const fromManifest = textAt(request, 'imageLocation') !== undefined
  return known<ImageFacts>({
    name: textAt(request, 'name'),
    virtualizationType: virtualizationTypeAt(request) ?? 'paravirtual',
    enaSupport: flagAt(request, 'enaSupport') ?? false,
    architecture: textAt(request, 'architecture') ?? (fromManifest ? undefined : 'i386'),
    bootMode: bootModeOf(textAt(request, 'bootMode')),
    rootDeviceType: fromManifest ? 'instance-store' : 'ebs',
  })
}

/** A copy is what its source is, and the call does not say what that is. */
const copied: Reader = request => known<ImageFacts>({ name: textAt(request, 'name') })

/** An import finds out what the disk holds; what the request does not say is not known. */
const imported: Reader = request => {
  const bootMode = textAt(request, 'bootMode')
  return known<ImageFacts>({
    architecture: textAt(request, 'architecture'),
    bootMode: bootMode === undefined ? undefined : bootModeOf(bootMode),
  })
}

const READERS = { RegisterImage: registered, CopyImage: copied, ImportImage: imported } as const

export type ImageCall = keyof typeof READERS
export const IMAGE_CALLS: readonly ImageCall[] = ['RegisterImage', 'CopyImage', 'ImportImage']
export const isImageCall = (name: string): name is ImageCall => Object.hasOwn(READERS, name)

/** A call that made an image, and succeeded. */
export const readImage = (record: CallRecord, call: ImageCall): ImageCreation => {
  const { part, accountId, region, event } = record
  const request = unwrapped(part, 'requestParameters', `${call}Request`)
  const response = unwrapped(part, 'responseElements', `${call}Response`)
  const imageId = (response && textAt(response, 'imageId')) ?? namedImage(record)
  const id = imageId ?? (response && textAt(response, 'importTaskId'))
  if (id === undefined) throw unreadable(part, 'responseElements.imageId', 'a string', 'nothing')
  return {
    kind: 'image',
    accountId,
    region,
    event,
    actor: readActor(part),
    subject: {
      kind: 'image',
      resource: imageResource({ accountId, region }, id),
      image: known<ImageFacts>({ imageId, ...(request && READERS[call](request)) }),
    },
  }
}

/** Newer actions of EC2 put request and response under a name of their own. */
const unwrapped = (part: Part, key: string, wrapper: string): Part | undefined => {
  const whole = partAt(part, key)
  return whole && (partAt(whole, wrapper) ?? whole)
}

const namedImage = (record: CallRecord): string | undefined =>
  resourceIds(record, { type: 'AWS::EC2::Image', idStart: 'ami-' })[0]
