/**
 * The owner of a claim: one delivery of one SQS message, as `MESSAGE/DELIVERY`. SQS may deliver a message twice, even at the
 * same moment, and then only one of the two may alert.
 */
export const formatOwner = (messageId: string, delivery: string): string => `${messageId}/${delivery}`

/** The id of the message that an owner delivers. */
export const getMessageId = (claimant: string): string => claimant.split('/', 1)[0] ?? claimant

/** Whether two are deliveries of one message, and not the same delivery. */
export const areSiblings = (one: string, other: string): boolean =>
  one !== other && getMessageId(one) === getMessageId(other)
