/*
 * SQS counts every delivery, also where Lambda had no capacity to run the function: such a message has failed at nothing.
 * So a message that was delivered often is counted by the function itself, before it is tried.
 */

/** So many deliveries are not counted: what fails is rare, and costs nothing before that. */
export const UNCOUNTED_DELIVERIES = 5

/** So many deliveries after them are tries; whoever is not done by then goes to the dead letters. */
export const MOST_ATTEMPTS = 5
