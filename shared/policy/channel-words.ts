// The forms of texts of channels and routes: for the schema of the file and for the check of a policy in the table.

export const CHANNEL_TYPES = [
  'slack',
  'slack-webhook',
  'teams',
  'webhook',
  'amazon-q',
  'security-hub',
  'event-bus',
  'email',
] as const

/** Programs take these at once or not at all: nobody reads a digest there. */
export const MACHINES: readonly string[] = ['security-hub', 'event-bus']

/**
 * Names are parts of logical ids, in which `-ops` becomes `Ops`. A letter has to follow a dash, so that no two names
 * become one. Those of our own queues are taken.
 */
export const CHANNEL_NAME = /^(?!(?:events|alerts|stops|undelivered)$)(?=.{1,24}$)[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*$/

/** A whole ARN, with the six characters that Secrets Manager adds: the permission is for exactly this one. */
export const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/
export const KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/
export const SLACK_CHANNEL = /^[CGD][A-Z0-9]{6,20}$/
export const SLACK_API = /^https:\/\/[\w.-]+(?::\d+)?(?:\/[\w.-]+)*\/$/
export const BUS = /^(?:arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:event-bus\/)?[\w./-]{1,256}$/
export const ADDRESS = /^[^\s@,]+@[^\s@,]+\.[^\s@,.]+$/

export const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/
/** Area and city, or UTC. Only the time zone database knows whether there is such a zone. */
export const ZONE = /^(?:UTC|[A-Z][A-Za-z]+(?:\/[A-Z][\w+-]*){1,2})$/
export const ACCOUNT = /^(?=.*[*?])[\d*?]+$|^\d{12}$/

export const MOST_CHANNELS = 20
export const MOST_ROUTES = 50
export const MOST_ADDRESSES = 20
