// The plugin for validations of the CDK. It is bundled by itself, and loads neither the command line nor the SDK.
import type { PolicyValidationPluginReport } from 'aws-cdk-lib'
import pkg from '../../package.json' with { type: 'json' }
import { UserError } from '../../shared/errors.ts'
import { RULES } from '../../shared/rules/registry.ts'
import { evaluateAssemblies, type Synthesized } from './evaluate-assemblies.ts'
import type * as published from './published.d.cts'
import { toMistake, toReport } from './report.ts'
import { readSettings } from './settings.ts'

/** What the declarations promise. */
export class VirtguardValidation implements published.VirtguardValidation {
  readonly name = 'virtguard'
  readonly version = pkg.version
  readonly ruleIds = RULES.map(({ id }) => id)
  readonly #options: published.VirtguardValidationOptions

  constructor(options: published.VirtguardValidationOptions = {}) {
    this.#options = options
  }

  validate(synthesized: Synthesized): PolicyValidationPluginReport {
    try {
      const settings = readSettings(this.#options)
      return toReport(evaluateAssemblies(synthesized, settings), settings)
    } catch (error) {
      return toMistake(error instanceof UserError ? toOneLine(error.message) : describeBug(error))
    }
  }
}

const describeBug = (error: unknown): string =>
  `an error of virtguard itself, please report it: ${error instanceof Error ? error.message : String(error)}`

const toOneLine = (text: string): string => {
  const [first = '', ...others] = text.split('\n')
  return others.length === 0 ? first : `${first} (and ${others.length} more: virtguard policy validate lists them)`
}
