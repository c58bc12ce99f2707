import type { Actor } from './facts.ts'
import { omitUndefined, type Part, readFact, readPart, readText } from './fields.ts'
import type { Tags } from './tags.ts'

/** `autoscaling.amazonaws.com`, but not `console.ec2.amazonaws.com`: behind a console sits the person that the ARN names. */
const SERVICE = /^[a-z0-9-]+\.amazonaws\.com(\.cn)?$/

const matchService = (text: string | undefined): string | undefined =>
  text !== undefined && SERVICE.test(text) ? text : undefined

/** The caller, and the purpose of a launch, from its tags and its request. */
export const readActor = (
  record: Part,
  launch: { readonly tags?: Tags | undefined; readonly request?: Part | undefined } = {},
): Actor => {
  const identity = readFact(record, () => readPart(record, 'userIdentity'))
  const invokedBy = identity && readFact(identity, () => readText(identity, 'invokedBy'))
  const source = readFact(record, () => readText(record, 'sourceIPAddress'))
  const tags = launch.tags ?? {}
  return omitUndefined<Actor>({
    arn: identity && readFact(identity, () => readText(identity, 'arn')),
    // Both are written by AWS. The user agent is the caller's own, whatever it says.
    via: invokedBy ?? matchService(source),
    ...readActorFromTags(tags),
    launchTemplate: readFact(record, () => launchTemplateOf(tags, launch.request)),
  })
}

/** The origin of an instance according to its own tags. They do not name the caller. */
export const readActorFromTags = (tags: Tags = {}): Actor =>
  omitUndefined<Actor>({
    autoScalingGroup: tags['aws:autoscaling:groupName'],
    launchTemplate: launchTemplateOf(tags, undefined),
    fleet: tags['aws:ec2:fleet-id'] ?? tags['aws:ec2spot:fleet-request-id'],
    stack: tags['aws:cloudformation:stack-name'],
    cluster: findCluster(tags),
  })

const launchTemplateOf = (tags: Tags, request: Part | undefined): string | undefined => {
  const template = request && readPart(request, 'launchTemplate')
  const asked = template && (readText(template, 'launchTemplateId') ?? readText(template, 'launchTemplateName'))
  const askedVersion = template && readText(template, 'version')
  const tagged = tags['aws:ec2launchtemplate:version']
  // `$Latest` and `$Default` say nothing later on; the tag has the number that they stood for.
  const version = askedVersion === undefined || askedVersion.startsWith('$') ? (tagged ?? askedVersion) : askedVersion
  const name = asked ?? tags['aws:ec2launchtemplate:id']
  return name !== undefined && version !== undefined ? `${name}:${version}` : name
}

/** `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`; of a federated user the name is that of the session. */
const PRINCIPAL = /^arn:[\w-]*:(?:iam|sts)::(\d*):(assumed-role\/[^/]+|federated-user|.+)/

/**
 * Who made a call, without the name of the session, which the caller chooses: `123456789012/assumed-role/deploy`. Undefined if
 * the record names nobody, or the role that a service has for all who use it.
 */
export const identifyCaller = ({ arn = '' }: Actor): string | undefined => {
  const [, account, name] = PRINCIPAL.exec(arn) ?? []
  if (account === undefined || name === undefined) return arn === '' ? undefined : arn
  return name.startsWith('assumed-role/AWSServiceRoleFor') ? undefined : `${account}/${name}`
}

const CLUSTER_TAGS = ['eks:cluster-name', 'aws:eks:cluster-name', 'eks:eks-cluster-name', 'aws:ecs:clusterName']
const CLUSTER_PREFIX = 'kubernetes.io/cluster/'

const findCluster = (tags: Tags): string | undefined => {
  for (const key of CLUSTER_TAGS) if (tags[key] !== undefined) return tags[key]
  for (const key in tags) if (key.startsWith(CLUSTER_PREFIX)) return key.slice(CLUSTER_PREFIX.length)
  return undefined
}

const ACTOR_KEYS = ['arn', 'via', 'autoScalingGroup', 'launchTemplate', 'fleet', 'stack', 'cluster'] as const

/** What is true of all of them. */
export const findCommonActor = ([actor = {}, ...others]: readonly Actor[]): Actor => {
  const common = ACTOR_KEYS.filter(key => others.every(other => other[key] === actor[key]))
  return Object.fromEntries(common.flatMap(key => (actor[key] === undefined ? [] : [[key, actor[key]]])))
}
