import type { Channel } from '../../shared/policy/policy.ts'
import type { Settings } from './context.ts'
import { hasEnforcingRule, listEc2Reads, listHoldingChannels } from './derived.ts'
import { HOOK_READS } from './ec2-rights.ts'

const ALWAYS = ['dynamodb', 'ec2', 'sns', 'sqs']

const BY_CHANNEL: Readonly<Record<Channel['type'], readonly string[]>> = {
  slack: ['secretsmanager'],
  'slack-webhook': ['secretsmanager'],
  teams: ['secretsmanager'],
  webhook: ['secretsmanager'],
  'amazon-q': [],
  'security-hub': ['securityhub'],
  'event-bus': ['events'],
  email: [],
}

/** The services that the functions call. In a VPC each of them needs an endpoint, com.amazonaws.REGION.NAME, or a NAT gateway. */
export const listEndpoints = ({
  policy,
  organization,
  hook,
}: Pick<Settings, 'policy' | 'organization' | 'hook'>): readonly string[] => {
  const reads = [...listEc2Reads(policy), ...(hook === undefined ? [] : HOOK_READS)]
  const ofReads = reads.map(action => action.replace(/:.*/, ''))
  const needed = new Set([...ALWAYS, ...ofReads])
  if (hasEnforcingRule(policy) || listHoldingChannels(policy).length > 0) needed.add('scheduler')
  if (organization !== undefined) needed.add('sts')
  for (const { type } of Object.values(policy.channels ?? {})) for (const name of BY_CHANNEL[type]) needed.add(name)
  return [...needed].sort()
}

const listInternetChannels = ({ channels = {} }: Settings['policy']): readonly string[] =>
  Object.keys(channels).filter(name => {
    const type = channels[name]?.type
    return type !== undefined && BY_CHANNEL[type].includes('secretsmanager')
  })

/** What the subnets must lead to, in one line. Undefined if the functions run in no VPC. */
export const describeNetwork = (settings: Settings): string | undefined => {
  const { policy, options, sweepRegions, organization } = settings
  if (options?.vpc === undefined) return undefined
  const channels = listInternetChannels(policy)
  return [
    `the subnets need an endpoint, or a NAT gateway, for ${listEndpoints(settings).join(', ')}`,
    ...(channels.length > 0
      ? [`a NAT gateway for the channels ${channels.join(', ')}, which are on the internet`]
      : []),
    ...(sweepRegions === 'own'
      ? []
      : ['a NAT gateway for sweepRegions, because an endpoint serves its own region only']),
    ...(organization === undefined
      ? []
      : ['a NAT gateway for spokes in other regions, because an endpoint serves its own region only']),
  ].join('; ')
}
