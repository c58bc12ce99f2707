import { enaDisabled } from './ena-disabled.ts'
import { incompatibleImage } from './incompatible-image.ts'
import { incompatibleLaunch } from './incompatible-launch.ts'
import { incompatibleTemplate } from './incompatible-template.ts'
import { instanceFamily } from './instance-family.ts'
import { paravirtualImage } from './paravirtual-image.ts'
import { paravirtualInstance } from './paravirtual-instance.ts'
import type { Rule } from './rule.ts'
import { xenHypervisor } from './xen-hypervisor.ts'

/** Every rule, in the order of all lists. */
export const RULES: readonly Rule[] = [
  paravirtualInstance,
  paravirtualImage,
  incompatibleLaunch,
  incompatibleImage,
  instanceFamily,
  xenHypervisor,
  enaDisabled,
  incompatibleTemplate,
]

export const findRule = (id: string): Rule | undefined => RULES.find(rule => rule.id === id)
