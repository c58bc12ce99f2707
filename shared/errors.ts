/** A mistake of the user: a file, a policy, an option, the environment. One line: what, where, what to do. */
export class UserError extends Error {
  override name = 'UserError'
}

/** An event that cannot be read. The message says which field is wrong and how. */
export class EventError extends Error {
  override name = 'EventError'
}
