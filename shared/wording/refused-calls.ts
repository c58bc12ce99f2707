/** Ends the message of the last refused call of a caller that is alerted in a day, which has so many pairs before it. */
export const describeBeyondLimit = (pairs: number): string =>
  `EC2 refused ${pairs} other pairs to the same caller today. What it is refused beyond them is counted by the metric RefusedAgain until midnight (UTC), and not alerted.`
