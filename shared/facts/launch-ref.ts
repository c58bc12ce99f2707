import type { LaunchRef } from './facts.ts'

/** Says what a group launches by, and never two of them the same: a name that somebody chose has its kind before it. */
export const formatLaunchRef = (ref: LaunchRef): string =>
  'configuration' in ref
    ? `launchConfigurationName/${ref.configuration}`
    : `${ref.id ?? `launchTemplateName/${ref.name}`}:${ref.version}`
