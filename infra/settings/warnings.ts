import type { Settings } from './context.ts'

const NOBODY =
  'this deployment subscribes nobody to the operations topic, so nobody gets alarms and changes of the policy; give addresses (-c email=ADDRESS), or subscribe to its output OperationsTopicArn'

type Warning = { readonly id: string; readonly text: string }

/** What deploys and is hardly intended, each with an id by which CDK acknowledges it. */
export const listWarnings = ({ warnings = [], emails }: Pick<Settings, 'warnings' | 'emails'>): readonly Warning[] => [
  ...(emails.length === 0 ? [{ id: 'NobodyOperates', text: NOBODY }] : []),
  ...warnings.map((text, index) => ({ id: `Policy${index + 1}`, text })),
]
