/*
 * SQS counts every delivery, even if Lambda had no capacity to run the function: such a message has failed at nothing.
 * So the function itself counts a message that was delivered often, before it is tried.
 */

/** So many deliveries are not counted: failures are rare, and cost nothing before that. */
export const UNCOUNTED_DELIVERIES = 5

/** So many deliveries after them are tries. A message that still fails then is dead-lettered. */
export const MOST_ATTEMPTS = 5
