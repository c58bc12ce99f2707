/** The costs of launches, from the calls that each of them causes (docs/benchmarks.md counts the same calls). */
import { PRICES } from './prices.ts'

const MEMORY_GB = 0.5
const DAYS = 30
/** Sent, received and deleted. */
const REQUESTS_OF_A_MESSAGE = 3

/** One message through a queue into a function that runs so long, each message for itself: larger batches cost less. */
const priceMessage = (seconds: number): number =>
  REQUESTS_OF_A_MESSAGE * PRICES.queueRequest + PRICES.invocation + seconds * MEMORY_GB * PRICES.gigabyteSecond

const LOG_BYTES = 700
const LOG = (LOG_BYTES / 1e9) * PRICES.logGigabyte

/** Two reports of one launch, CloudTrail's and EC2's; the second reads EC2 once. */
export const COMPLIANT = priceMessage(0.002) + priceMessage(0.06) + 2 * LOG

const ROWS = 3
const ROW_KB = 4
const MARK_KB = 4
const KEY_REQUESTS = 4

/**
 * The costs of a violating launch beyond a compliant one: a transaction of three rows, a publish, an email to each
 * address, the message that comes back, and a mark in each row.
 */
export const priceAlert = (addresses: number): number =>
  ROWS * ROW_KB * 2 * PRICES.writeUnit +
  PRICES.publish +
  addresses * PRICES.mail +
  KEY_REQUESTS * PRICES.keyRequest +
  priceMessage(0.1) +
  ROWS * MARK_KB * PRICES.writeUnit +
  LOG +
  (ROWS * ROW_KB * 1e3 * PRICES.storedGigabyte * 3) / 1e9

export type Load = {
  readonly launchesADay: number
  readonly violating: number
  readonly addresses: number
  /** The events that another account sends to the bus of the stack for each launch. */
  readonly forwarded: number
}

/** Dollars a month for launches alone. */
export const priceLaunches = ({ launchesADay, violating, addresses, forwarded }: Load): number =>
  launchesADay * DAYS * (COMPLIANT + violating * priceAlert(addresses) + forwarded * PRICES.forwarded)
