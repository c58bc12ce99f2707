/** How many instances a scan met, each counted once. */
export type Counts = {
  /** Evaluated instances: the sum of the four after it. Terminated ones are not among them. */
  readonly seen: number
  readonly passed: number
  /** At least one rule fails that no exemption covers. */
  readonly failed: number
  /** Nothing fails but what an exemption covers. */
  readonly suppressed: number
  /** Nothing fails, and of at least one rule it cannot be said. */
  readonly unknown: number
  /** Terminated or shutting down: counted, never evaluated. */
  readonly terminated: number
}

/** What a scan can say of one region of one account. */
export type Coverage = Counts & {
  readonly accountId: string
  readonly region: string
  /** Whether it was read to its end. If not, the counts are of the part that was read. */
  readonly covered: boolean
  /** Why it was not, in one sentence. */
  readonly why?: string
  /** As IAM writes it, `ec2:DescribeInstances`. */
  readonly missingPermission?: string
}

export const NO_COUNTS: Counts = { seen: 0, passed: 0, failed: 0, suppressed: 0, unknown: 0, terminated: 0 }

export const addCounts = (a: Counts, b: Counts): Counts => ({
  seen: a.seen + b.seen,
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  suppressed: a.suppressed + b.suppressed,
  unknown: a.unknown + b.unknown,
  terminated: a.terminated + b.terminated,
})
