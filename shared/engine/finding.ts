import type { Actor, EventRef, Resource } from '../facts/facts.ts'
import type { WrittenBy } from '../policy/exempt.ts'
import type { Action } from '../reasons/action.ts'
import type { Severity } from '../rules/rule.ts'

/** A reportable verdict. The shape is public (see docs/findings.md); keys are added, never changed. */
export type Finding = {
  readonly schemaVersion: '1'
  /** rule/account/region/resource: the same for every report of the same fact. */
  readonly id: string
  readonly rule: string
  readonly status: 'PASSED' | 'FAILED' | 'UNKNOWN'
  readonly severity: Severity
  readonly workflow: 'NEW' | 'SUPPRESSED'
  readonly reasons: readonly string[]
  /** Only if the status is UNKNOWN: the facts that were needed, e.g. `instance enaSupport`. */
  readonly missing?: readonly string[]
  readonly title: string
  readonly message: string
  readonly remediation: string
  readonly resource: Resource
  readonly facts: FindingFacts
  readonly actor: Actor
  readonly event: EventRef
  readonly action: Action
  /** Only if the workflow is SUPPRESSED. */
  readonly exemption?: {
    readonly reason: string
    readonly owner: string
    readonly expires: string
    /** The keys of its match whose facts the launcher, or anybody who may tag, can write. */
    readonly writtenBy?: WrittenBy
  }
}

/** The facts of the resource that a reader needs to follow the verdict. */
export type FindingFacts = {
  readonly instanceType?: string
  readonly virtualizationType?: string
  readonly imageId?: string
  readonly rootDeviceType?: string
  readonly architecture?: string
  readonly enaSupport?: boolean
  readonly bootMode?: string
  /** Only if the image is configured for NitroTPM. */
  readonly tpmSupport?: string
  /** Only if it is another than `available`. */
  readonly imageState?: string
  /** Of the image, where the image was read. Its owner writes it. */
  readonly imageName?: string
}
