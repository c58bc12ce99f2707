/** What `virtguard/cdk` exports. The implementation is checked against it. */
import type { IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport } from 'aws-cdk-lib'

export type VirtguardValidationOptions = {
  /** The file of the policy to evaluate by (default: every rule of the first preset). Relative to the working folder. */
  readonly policy?: string
  /** Files of image facts that `virtguard images` wrote. Of an image in several the last file counts. */
  readonly facts?: string | readonly string[]
  /** What UNKNOWN does: it ends the synthesis with an error, is a warning, or is only counted (default: `warn`). */
  readonly unknown?: 'fail' | 'warn' | 'ignore'
  /** The lowest severity that ends the synthesis with an error. A lower one is a warning (default: `LOW`). */
  readonly failOn?: 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL'
}

/**
 * Evaluates the launches that the stacks of an app declare, as `virtguard lint` does, and without AWS. Files are read when
 * the app is synthesized. One that is broken is an error of the validation in one line.
 */
export declare class VirtguardValidation implements IPolicyValidationPlugin {
  readonly name: string
  readonly version: string
  readonly ruleIds: string[]
  constructor(options?: VirtguardValidationOptions)
  validate(context: IPolicyValidationContext): PolicyValidationPluginReport
}
