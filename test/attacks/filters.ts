/** What EC2 makes of a filter: `*` and `?` are wildcards, `\` takes their meaning away (EC2 user guide, Filtering). */
import type { Filter, Instance } from '@aws-sdk/client-ec2'

const SPECIAL = /[\\^$.*+?()[\]{}|]/g

const asExpression = (value: string): RegExp => {
  const source = value.replace(/\\([\s\S])|([*?])|([\s\S])/g, (_, escaped, wildcard, plain) => {
    if (wildcard !== undefined) return wildcard === '*' ? '[\\s\\S]*' : '[\\s\\S]'
    return String(escaped ?? plain).replace(SPECIAL, '\\$&')
  })
  return new RegExp(`^${source}$`)
}

const FIELDS: Readonly<Record<string, (instance: Instance, reservationId: string) => string | undefined>> = {
  'instance-id': ({ InstanceId }) => InstanceId,
  'client-token': ({ ClientToken }) => ClientToken,
  'reservation-id': (_, reservationId) => reservationId,
}

/** Whether EC2 would name an instance. A filter that this EC2 does not know is a mistake of the test, and thrown. */
export const passesFilters = (filters: readonly Filter[], instance: Instance, reservationId: string): boolean =>
  filters.every(({ Name = '', Values = [] }) => {
    const field = FIELDS[Name]
    if (field === undefined) throw new Error(`unexpected filter: ${Name}`)
    const text = field(instance, reservationId)
    return text !== undefined && Values.some(value => asExpression(value).test(text))
  })
