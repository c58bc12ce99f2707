/** Why a region could not be read to its end. */
export type Trouble = {
  /** In one sentence: what happened, and what to do where there is something. */
  readonly why: string
  /** As IAM writes it, `ec2:DescribeInstances`. */
  readonly missingPermission?: string
  /** Whether to try later is worth it: throttling, time-outs, lost connections. */
  readonly passes: boolean
}
