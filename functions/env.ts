/**
 * The environment that a function cannot do without, checked once when it starts. A function without it ends at once with
 * one line in its log: its messages stay in the queue, and the alarm on errors rings.
 */
export const environment = <Name extends string>(
  name: string,
  variables: readonly Name[],
): ((variable: Name) => string) => {
  const missing = variables.filter(variable => !process.env[variable])
  if (missing.length > 0) {
    process.stderr.write(
      `${name}: environment variable ${missing.join(', ')} is not set; deploy the stack again, which sets it\n`,
    )
    process.exit(1)
  }
  return variable => process.env[variable] ?? ''
}
