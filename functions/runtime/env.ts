/**
 * The environment that a function cannot do without, checked once when it starts. A function without it ends at once with
 * one line in its log: its messages stay in the queue, and the alarm on errors rings.
 */
export const requireEnvironment = <Name extends string>(
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

/** Whether the stack has the function that stops. It has it only if a rule of the deployed policy enforces. */
export const areStopsDeployed = (): boolean => process.env['STOPS'] === 'present'

/** Whether the stack was deployed with a policy that operators can change: without, the deployed one costs no call. */
export const isPolicyLive = (): boolean => process.env['LIVE_POLICY'] === 'on'

/** The role by which the function of a hub reads, or stops, in the accounts of its organization. Undefined in a stack that guards its own account. */
export const readSpokeRole = (): string | undefined => process.env['SPOKE_ROLE'] || undefined

/** The group of the schedules for stops, and their role. */
export const readSchedulerSettings = (name: string) => {
  const env = requireEnvironment(name, [
    'STOPS_QUEUE_ARN',
    'UNDELIVERED_STOPS_QUEUE_ARN',
    'SCHEDULE_GROUP',
    'SCHEDULE_ROLE_ARN',
  ])
  return {
    group: env('SCHEDULE_GROUP'),
    roleArn: env('SCHEDULE_ROLE_ARN'),
    queueArn: env('STOPS_QUEUE_ARN'),
    undeliveredArn: env('UNDELIVERED_STOPS_QUEUE_ARN'),
  }
}

/** All environment variables of Lambda. The id of the trace in them changes with each invocation. */
export const readEnvironment = (): Readonly<Record<string, string | undefined>> => process.env

/** Where the alarms of the stack look for its metrics: two stacks of a region count apart if one has a prefix. */
export const readMetricsNamespace = (): string => process.env['METRICS_NAMESPACE'] || 'virtguard'
