/** EC2's filters (EC2 user guide, Filtering): wildcards and escapes included. */
import type { DescribeInstancesCommandInput, Filter, Instance, Reservation } from '@aws-sdk/client-ec2'

const ONE: Readonly<Record<string, string>> = { '*': '.*', '?': '.?' }

const literal = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`)

/** `*` is any run of characters, `?` none or one, and `\` makes the next character itself. */
const matcher = (value: string): RegExp => {
  const parts = [...value.matchAll(/\\(.)|(.)/gsu)].map(([, escaped, plain = '']) =>
    escaped === undefined ? (ONE[plain] ?? literal(plain)) : literal(escaped),
  )
  return new RegExp(`^${parts.join('')}$`, 'su')
}

const createSelector = ({ Values = [] }: Filter): ((value: string | undefined) => boolean) => {
  const matchers = Values.map(matcher)
  return value => value !== undefined && matchers.some(pattern => pattern.test(value))
}

/** Whether a filter selects a resource with this value. */
export const selectedBy = (filter: Filter, value: string | undefined): boolean => createSelector(filter)(value)

const FIELDS: Readonly<Record<string, (instance: Instance, reservation: Reservation) => string | undefined>> = {
  'instance-id': ({ InstanceId }) => InstanceId,
  'reservation-id': (_, { ReservationId }) => ReservationId,
  'client-token': ({ ClientToken }) => ClientToken,
  'image-id': ({ ImageId }) => ImageId,
  'instance-state-name': ({ State }) => State?.Name,
}

/** DescribeInstances over these reservations. A filter that it does not know is refused, as EC2 does. */
export const describedBy =
  (reservations: readonly Reservation[]) =>
  ({ Filters = [] }: DescribeInstancesCommandInput): { Reservations: Reservation[] } => {
    const conditions = Filters.map(filter => {
      const field = FIELDS[filter.Name ?? '']
      if (field === undefined) throw new Error(`InvalidParameterValue: the filter '${filter.Name}' is invalid`)
      return { field, isMet: createSelector(filter) }
    })
    const isSelected = (instance: Instance, reservation: Reservation): boolean =>
      conditions.every(({ field, isMet }) => isMet(field(instance, reservation)))
    const selected = reservations.map(reservation => ({
      ...reservation,
      Instances: (reservation.Instances ?? []).filter(instance => isSelected(instance, reservation)),
    }))
    return { Reservations: selected.filter(({ Instances }) => Instances.length > 0) }
  }
