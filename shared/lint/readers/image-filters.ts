import type { ImageFacts } from '../../facts/facts.ts'
import { readParameterName } from '../../facts/image-parameter.ts'

/**
 * The facts of an image that was found by filters of DescribeImages. `getValues`: the values of a filter. Of several EC2
 * takes any, and a wildcard says nothing for certain. A name says what its publisher says.
 */
export const readImageFilters = (getValues: (filter: string) => readonly string[]): ImageFacts => {
  const getOnly = (filter: string): string | undefined => {
    const [value, ...others] = getValues(filter)
    return value === undefined || others.length > 0 ? undefined : value
  }
  const getExact = (filter: string): string | undefined => {
    const value = getOnly(filter)
    return value === undefined || /[*?]/.test(value) ? undefined : value
  }
  const virtualization = getExact('virtualization-type')
  const [architecture, rootDeviceType] = [getExact('architecture'), getExact('root-device-type')]
  const ena = getExact('ena-support')
  return {
    ...readParameterName({ name: getOnly('name') ?? '' }),
    ...(architecture !== undefined && { architecture }),
    ...(rootDeviceType !== undefined && { rootDeviceType }),
    ...((virtualization === 'hvm' || virtualization === 'paravirtual') && { virtualizationType: virtualization }),
    ...((ena === 'true' || ena === 'false') && { enaSupport: ena === 'true' }),
  }
}
