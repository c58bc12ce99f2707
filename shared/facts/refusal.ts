import { identifyCaller, readActor } from './actor.ts'
import { limitId, limitName } from './chosen-name.ts'
import type { Ignored, RefusedLaunch, RefusedSubject } from './event.ts'
import type { Actor, EventRef, ImageFacts, InstanceFacts, Refusal, Resource } from './facts.ts'
import { omitUndefined, quote, readFact, readPart, readText } from './fields.ts'
import { parseBootMode } from './image-fields.ts'
import type { CallRecord } from './record.ts'
import { createInstanceResource, launchRequestResource } from './resource.ts'
import { type Understood, understandWords, type Wording } from './wordings.ts'
import { findTagWriter } from './writers.ts'

/** What a door says of one refusal: EC2's words, and where its image, type, instance and group stand. */
export type Refused = {
  readonly code?: string | undefined
  readonly message: string
  readonly imageId?: string | undefined
  readonly instanceType?: string | undefined
  /** What else the call says of the image. */
  readonly image?: ImageFacts
  readonly asked?: Refusal['asked']
  readonly group?: string | undefined
  /** The Name tag that it asks for. */
  readonly name?: string | undefined
  /** The one instance that it is about. */
  readonly instanceId?: string | undefined
  /** What asks again and again for the same pair, where something does: a group, or the version of a template. */
  readonly repeatedBy?: string | undefined
}

type Origin = Pick<RefusedLaunch, 'accountId' | 'region' | 'event' | 'actor'>

/**
 * A refusal that is repeated is one, as often as it comes: it is known by who repeats it, and by the pair. Every other by
 * the event; of several in one call by the event and the pair.
 */
const nameRefusal = (
  { id }: EventRef,
  { repeatedBy }: Refused,
  pair: readonly string[],
  isOneOfMany: boolean,
): string => {
  if (repeatedBy === undefined && !isOneOfMany) return id
  return limitId([repeatedBy ?? id, ...pair].join(':'))
}

const resourceOf = (origin: Origin, refused: Refused, pair: readonly string[], isOneOfMany: boolean): Resource =>
  refused.instanceId === undefined
    ? launchRequestResource(origin, nameRefusal(origin.event, refused, pair, isOneOfMany))
    : createInstanceResource(origin, refused.instanceId)

const createSubject = (
  origin: Origin,
  refused: Refused,
  understood: Understood,
  isOneOfMany: boolean,
): RefusedSubject => {
  const { wording, said, message } = understood
  const { reason } = wording
  const imageId = refused.imageId ?? said['image']
  const instanceType = said['type'] ?? refused.instanceType
  const pair = [reason, imageId, instanceType].filter(part => part !== undefined)
  return omitUndefined<RefusedSubject>({
    kind: 'refused-launch',
    resource: resourceOf(origin, refused, pair, isOneOfMany),
    refusal: omitUndefined<Refusal>({
      reason,
      message,
      asked: refused.asked,
      group: refused.group === undefined ? undefined : limitName(refused.group),
      from: said['from'],
    }),
    instanceType,
    name: refused.name,
    image: omitUndefined<ImageFacts>({
      imageId,
      ...refused.image,
      architecture: said['architecture']?.replace(/^ARM_64$/, 'arm64') ?? refused.image?.architecture,
      bootMode: parseSaidBootMode(said['bootMode']) ?? refused.image?.bootMode,
      tpmSupport: said['tpm'] ?? refused.image?.tpmSupport,
      ...wording.image,
    }),
  })
}

/** `UEFI`, `Legacy BIOS`: the messages write modes as people do. */
const parseSaidBootMode = (words: string | undefined): ImageFacts['bootMode'] =>
  words === undefined ? undefined : parseBootMode(words.toLowerCase().replaceAll(' ', '-'))

/** What EC2 refused because image and type do not fit; undefined where it refused all for other reasons. */
export const createRefused = (
  origin: Origin,
  all: readonly Refused[],
  wordings?: readonly Wording[],
): RefusedLaunch | undefined => {
  const known = all.flatMap(refused => {
    const { code, message } = refused
    const understood = understandWords({ code, message }, wordings)
    return understood === undefined ? [] : [{ refused, understood }]
  })
  const subjects = new Map<string, RefusedSubject>()
  for (const { refused, understood } of known) {
    const subject = createSubject(origin, refused, understood, all.length > 1)
    if (!subjects.has(subject.resource.id)) subjects.set(subject.resource.id, subject)
  }
  if (subjects.size === 0) return undefined
  const { accountId, region, event, actor } = origin
  return { kind: 'refused-launch', accountId, region, event, actor, subjects: [...subjects.values()] }
}

/** What a call with an error says beside the error. */
export type Door = (record: CallRecord) => Omit<Refused, 'code' | 'message'> & {
  /** Only where the call knows more of who made it than any record. */
  readonly actor?: Actor
  /** Only where it is refused in other words than those of EC2's launches. */
  readonly wordings?: readonly Wording[]
  /** The error code is the service's own, so that EC2's is not known. */
  readonly hasOwnCode?: true
}

/** A call with an error: refused because image and type do not fit, or not ours. */
export const readRefusedCall = (record: CallRecord, errorCode: string, door: Door): RefusedLaunch | Ignored => {
  const { part, accountId, region, event } = record
  if (/^(?:Client\.)?DryRunOperation$/.test(errorCode)) return { kind: 'ignored', event, why: 'a dry run' }
  const message = readText(part, 'errorMessage') ?? ''
  const { actor = readActor(part), wordings, hasOwnCode, ...refused } = door(record)
  const code = hasOwnCode === true ? undefined : errorCode
  const read = createRefused({ accountId, region, event, actor }, [{ ...refused, code, message }], wordings)
  return read ?? { kind: 'ignored', event, why: `refused for another reason: ${quote(errorCode)}` }
}

const AUTO_SCALING = /^autoscaling\.amazonaws\.com(\.cn)?$/
/** The services that ask for the same pair until somebody corrects it. */
const REPEATS = /^(?:autoscaling|ec2fleet|spotfleet)\.amazonaws\.com(\.cn)?$/
export const isRepeating = ({ via = '' }: Actor): boolean => REPEATS.test(via)

/**
 * Who made a refused call. EC2 may refuse it before it looks at its tags, so that those of AWS are the caller's word too,
 * but for calls of Auto Scaling, which nobody else can make.
 */
export const readRefusedActor = ({ part }: CallRecord, { tags = {} }: InstanceFacts): Actor => {
  const request = readFact(part, () => readPart(part, 'requestParameters'))
  const { via = '' } = readActor(part)
  const believed = Object.entries(tags).filter(([key]) => AUTO_SCALING.test(via) || findTagWriter(key) !== 'aws')
  return readActor(part, { tags: Object.fromEntries(believed), request })
}

/**
 * The version of a template, with who launches by it: what one is refused must not hide what others are refused by the same
 * template.
 */
export const nameRepeater = (launchTemplate: string | undefined, actor: Actor): string | undefined =>
  launchTemplate && [launchTemplate, identifyCaller(actor)].filter(part => part !== undefined).join(':')

/** The group, or else the version of a template, for which a service asks again and again. */
export const findRepeater = (actor: Actor): string | undefined =>
  isRepeating(actor) ? (actor.autoScalingGroup ?? nameRepeater(actor.launchTemplate, actor)) : undefined
