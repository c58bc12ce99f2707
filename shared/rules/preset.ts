import { RULES } from './registry.ts'
import type { Rule } from './rule.ts'

/** The rules of a policy that names no preset: those that virtguard began with. An upgrade adds none to it. */
export const FIRST_PRESET = 1

/** The newest preset of some rules: all of them. */
export const findLatestPreset = (rules: readonly Rule[]): number =>
  Math.max(FIRST_PRESET, ...rules.map(({ since }) => since))

/** The newest preset there is. */
export const LATEST_PRESET = findLatestPreset(RULES)
