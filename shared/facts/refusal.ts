import { readActor } from './actor.ts'
import type { Ignored, RefusedLaunch } from './event.ts'
import type { Actor, CompatibilityReason, ImageFacts, InstanceFacts } from './facts.ts'
import { omitUndefined, type Part, quote, readFact, readPart, readText } from './fields.ts'
import { parseBootMode } from './image-fields.ts'
import type { CallRecord } from './record.ts'
import { readRequest } from './request.ts'
import { launchRequestResource } from './resource.ts'
import { findTagWriter } from './writers.ts'

/**
 * The messages of EC2 if image and type do not fit. One table for the reader and for the subscription, so that both
 * agree.
 */
type Misfit = {
  readonly reason: CompatibilityReason
  /** As the API gives it; records of CloudTrail put `Client.` before it. */
  readonly code: string
  /** The message begins so, and goes on, after some words, with `rest`. */
  readonly starts: string
  readonly rest?: string
  /** Named groups: type, image, architecture, bootMode, tpm. */
  readonly extract: RegExp
  /** The fact of the image that the kind of refusal proves. */
  readonly image?: ImageFacts
}

export const MISFITS: readonly Misfit[] = [
  {
    reason: 'VIRT_TYPE_UNSUPPORTED',
    code: 'InvalidParameterCombination',
    starts: "Virtualization type 'hvm' is required for instances of type '",
    extract: /of type '(?<type>[^']+)'/,
    image: { virtualizationType: 'paravirtual' },
  },
  {
    // Until about 2017, of Linux images on t1, m1, m2, c1.
    reason: 'VIRT_TYPE_UNSUPPORTED',
    code: 'InvalidParameterCombination',
    starts: "Non-Windows instances with a virtualization type of 'hvm' are currently not supported",
    extract: /(?:)/,
    image: { virtualizationType: 'hvm' },
  },
  {
    reason: 'ENA_REQUIRED',
    code: 'InvalidParameterCombination',
    starts: 'Enhanced networking with the Elastic Network Adapter (ENA) is required for the ',
    extract: /for the '(?<type>[^']+)' instance type/,
    image: { enaSupport: false },
  },
  {
    reason: 'BOOT_MODE_UNSUPPORTED',
    code: 'InvalidParameterValue',
    starts: 'The ',
    rest: ' instance type does not support an AMI with a boot mode of ',
    extract: /^The (?<type>\S+) instance type does not support an AMI with a boot mode of (?<bootMode>[\w -]+)\./,
  },
  {
    reason: 'ARCH_UNSUPPORTED',
    code: 'InvalidParameterValue',
    starts: "The architecture '",
    rest: "' of the specified instance type does not match the architecture '",
    extract: /does not match the architecture '(?<architecture>[^']+)' of the specified AMI/,
  },
  {
    // Until about 2021.
    reason: 'ARCH_UNSUPPORTED',
    code: 'InvalidParameterValue',
    starts: "The requested instance type's architecture (",
    extract: /in the manifest for (?<image>ami-\w+) \((?<architecture>\w+)\)/,
  },
  {
    // gh:jtriley/StarCluster#52 (2011), gh:thelastpickle/tlp-cluster#150 (2019).
    reason: 'ROOT_DEVICE_UNSUPPORTED',
    code: 'UnsupportedOperation',
    starts: "AMI '",
    rest: "' with an instance-store root device is not supported for the instance type '",
    extract: /^AMI '(?<image>[^']+)' .* instance type '(?<type>[^']+)'/,
    image: { rootDeviceType: 'instance-store' },
  },
  {
    // EC2 user guide, AMI allowed instance types (2026-09).
    reason: 'TYPE_NOT_ALLOWED_BY_IMAGE',
    code: 'InvalidParameterCombination',
    starts: 'This AMI does not support the specified instance type.',
    extract: /(?:)/,
  },
  {
    // As Red Hat's guide to sandboxed containers on AWS quotes it.
    reason: 'TPM_UNSUPPORTED',
    code: 'InvalidParameterValue',
    starts: 'The ',
    rest: ' instance type does not support an AMI with TPM version ',
    extract: /^The (?<type>\S+) instance type does not support an AMI with TPM version (?<tpm>v[\d.]*\d)/,
  },
]

const isMisfit = (misfit: Misfit, code: string, message: string): boolean =>
  misfit.code === code &&
  message.startsWith(misfit.starts) &&
  (misfit.rest === undefined || message.includes(misfit.rest, misfit.starts.length))

/** A RunInstances call with an error: refused because image and type do not fit, or not ours. */
export const readFailure = (record: CallRecord, errorCode: string): RefusedLaunch | Ignored => {
  const code = errorCode.replace(/^Client\./, '')
  if (code === 'DryRunOperation') return { kind: 'ignored', event: record.event, why: 'a dry run' }
  const message = readText(record.part, 'errorMessage') ?? ''
  const misfit = MISFITS.find(candidate => isMisfit(candidate, code, message))
  if (misfit) return readMisfit(record, message, misfit)
  return { kind: 'ignored', event: record.event, why: `refused for another reason: ${quote(errorCode)}` }
}

const AUTO_SCALING = /^autoscaling\.amazonaws\.com(\.cn)?$/

/**
 * Who made a refused call. EC2 may refuse it before it looks at its tags, so that those of AWS are the caller's word too,
 * but for calls of Auto Scaling, which nobody else can make.
 */
const readRefusedActor = (part: Part, { tags = {} }: InstanceFacts): Actor => {
  const request = readFact(part, () => readPart(part, 'requestParameters'))
  const { via = '' } = readActor(part)
  const believed = Object.entries(tags).filter(([key]) => AUTO_SCALING.test(via) || findTagWriter(key) !== 'aws')
  return readActor(part, { tags: Object.fromEntries(believed), request })
}

const readMisfit = ({ part, accountId, region, event }: CallRecord, message: string, misfit: Misfit): RefusedLaunch => {
  const requested = readRequest(readFact(part, () => readPart(part, 'requestParameters')))
  const said = misfit.extract.exec(message)?.groups ?? {}
  const image = omitUndefined<ImageFacts>({
    imageId: requested.imageId ?? said['image'],
    architecture: said['architecture'],
    bootMode: parseSaidBootMode(said['bootMode']),
    tpmSupport: said['tpm'],
    ...misfit.image,
  })
  return {
    kind: 'refused-launch',
    accountId,
    region,
    event,
    actor: readRefusedActor(part, requested),
    subject: omitUndefined<RefusedLaunch['subject']>({
      kind: 'refused-launch',
      resource: launchRequestResource({ accountId, region }, event.id),
      refusal: { reason: misfit.reason, message },
      instanceType: said['type'] ?? requested.instanceType,
      image,
    }),
  }
}

/** `UEFI`, `Legacy BIOS`: the messages write modes as people do. */
const parseSaidBootMode = (words: string | undefined): ImageFacts['bootMode'] =>
  words === undefined ? undefined : parseBootMode(words.toLowerCase().replaceAll(' ', '-'))
