import { readActor } from './actor.ts'
import type { ImageCreation } from './event.ts'
import type { ImageFacts } from './facts.ts'
import { createUnreadable, omitUndefined, type Part, readFact, readFlag, readPart, readText } from './fields.ts'
import { parseBootMode, readVirtualizationType } from './image-fields.ts'
import { type CallRecord, readResourceIds } from './record.ts'
import { createImageResource } from './resource.ts'

type Reader = (request: Part) => ImageFacts

/** RegisterImage makes a paravirtual image by default, without ENA and, from a snapshot, i386 (EC2 API reference). */
const readRegistered: Reader = request => {
  // Of an instance-store image the manifest says the rest.
  const fromManifest = readFact(request, () => readText(request, 'imageLocation') !== undefined)
  const architecture = fromManifest === false ? 'i386' : undefined
  return omitUndefined<ImageFacts>({
    name: readName(request),
    virtualizationType: readFact(request, () => readVirtualizationType(request) ?? 'paravirtual'),
    enaSupport: readFact(request, () => readFlag(request, 'enaSupport') ?? false),
    architecture: readFact(request, () => readText(request, 'architecture') ?? architecture),
    bootMode: readFact(request, () => parseBootMode(readText(request, 'bootMode'))),
    rootDeviceType: fromManifest === undefined ? undefined : fromManifest ? 'instance-store' : 'ebs',
    tpmSupport: readFact(request, () => readText(request, 'tpmSupport') ?? 'unset'),
  })
}

const readName = (request: Part): string | undefined => readFact(request, () => readText(request, 'name'))

/** A copy has the facts of its source, which the call does not contain. */
const readCopied: Reader = request => omitUndefined<ImageFacts>({ name: readName(request) })

/** An import finds the facts of the disk. Facts that the request leaves out are not known. */
const readImported: Reader = request => {
  const bootMode = readFact(request, () => readText(request, 'bootMode'))
  return omitUndefined<ImageFacts>({
    architecture: readFact(request, () => readText(request, 'architecture')),
    bootMode: bootMode === undefined ? undefined : parseBootMode(bootMode),
  })
}

const READERS = { RegisterImage: readRegistered, CopyImage: readCopied, ImportImage: readImported } as const

export type ImageCall = keyof typeof READERS
export const IMAGE_CALLS: readonly ImageCall[] = ['RegisterImage', 'CopyImage', 'ImportImage']
export const isImageCall = (name: string): name is ImageCall => Object.hasOwn(READERS, name)

/** A call that made an image, and succeeded. */
export const readImage = (record: CallRecord, call: ImageCall): ImageCreation => {
  const { part, accountId, region, event } = record
  const request = readFact(part, () => unwrapPart(part, 'requestParameters', `${call}Request`))
  const response = unwrapPart(part, 'responseElements', `${call}Response`)
  const imageId = (response && readText(response, 'imageId')) ?? readNamedImage(record)
  const id = imageId ?? (response && readText(response, 'importTaskId'))
  if (id === undefined) throw createUnreadable(part, 'responseElements.imageId', 'a string', 'nothing')
  return {
    kind: 'image',
    accountId,
    region,
    event,
    actor: readActor(part),
    subject: {
      kind: 'image',
      resource: createImageResource({ accountId, region }, id),
      image: omitUndefined<ImageFacts>({ imageId, ...(request && READERS[call](request)) }),
    },
  }
}

/** Newer actions of EC2 put request and response under a name of their own. */
const unwrapPart = (part: Part, key: string, wrapper: string): Part | undefined => {
  const whole = readPart(part, key)
  return whole && (readPart(whole, wrapper) ?? whole)
}

const readNamedImage = (record: CallRecord): string | undefined =>
  readResourceIds(record, { type: 'AWS::EC2::Image', idStart: 'ami-' })[0]
