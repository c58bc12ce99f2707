/** The few fields that instances, images and requests spell alike. */
import type { BootMode, VirtualizationType } from './facts.ts'
import { createUnreadable, type Part, quote, readText } from './fields.ts'

/** There are two, and a third would change every rule: an EventError rather than a guess. */
export const readVirtualizationType = (part: Part): VirtualizationType | undefined => {
  const value = readText(part, 'virtualizationType')
  if (value === undefined || value === 'hvm' || value === 'paravirtual') return value
  throw createUnreadable(part, 'virtualizationType', 'hvm or paravirtual', quote(value))
}

/** `unset` if there is none. Not known if it is one that did not exist when this was written. */
export const parseBootMode = (value: string | undefined): BootMode | undefined => {
  if (value === undefined) return 'unset'
  if (value === 'legacy-bios' || value === 'uefi' || value === 'uefi-preferred') return value
  return undefined
}
