/**
 * For the message of which another delivery is telling something: whatever becomes of that one, this one comes again and
 * sees whether it was told.
 */
export const requestRedelivery = (): never => {
  throw new Error('another delivery of this message is alerting it')
}
