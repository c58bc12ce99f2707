import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import type { EC2Client } from '@aws-sdk/client-ec2'
import type { Place } from '../../shared/aws/ec2.ts'
import type { Reading } from '../../shared/engine/complete.ts'
import type { AccountRegion } from '../../shared/facts/account-region.ts'
import type {
  ConfigurationRef,
  ImageFacts,
  InstanceFacts,
  LaunchRef,
  TemplateFacts,
  TemplateRef,
} from '../../shared/facts/facts.ts'
import { coalesceReads } from './coalesce.ts'
import type { Ec2Reader } from './ports.ts'

// Its 100 kB are needed for the few events that lack a fact: a hit must not wait for them.
const loadEc2 = () => import('../../shared/aws/ec2.ts')

// Fewer groups still have a launch configuration.
const loadAutoScaling = () => import('../../shared/aws/launch-configurations.ts')

type Ec2 = Awaited<ReturnType<typeof loadEc2>> & { readonly client: EC2Client }

const DENIED = new Set([
  'UnauthorizedOperation',
  'AccessDenied',
  'AccessDeniedException',
  'OptInRequired',
  'AuthFailure',
])

/** `onDenied` is called with the reason of each refused read. */
const createDenial =
  (onDenied?: (why: string) => void) =>
  async <T>(read: () => Promise<readonly T[]>): Promise<Reading<T>> => {
    try {
      return { ok: true, facts: await read() }
    } catch (error) {
      if (!(error instanceof Error) || !DENIED.has(error.name)) throw error
      const why = `${error.name}: ${error.message}`
      onDenied?.(why)
      return { ok: false, why }
    }
  }

/** An image's facts hardly change; ENA can be switched on for one, so that they are not kept for ever. */
const IMAGE_MINUTES = 10

const rememberImages = (read: (ids: readonly string[]) => Promise<readonly ImageFacts[]>) => {
  const images = new Map<string, { readonly facts: ImageFacts; readonly until: number }>()
  return async (ids: readonly string[]): Promise<readonly ImageFacts[]> => {
    const now = Date.now()
    for (const [id, { until }] of images) if (until < now) images.delete(id)
    const unknown = ids.filter(id => !images.has(id))
    const read_ = unknown.length === 0 ? [] : await read(unknown)
    for (const facts of read_)
      if (facts.imageId !== undefined) images.set(facts.imageId, { facts, until: now + IMAGE_MINUTES * 60_000 })
    return ids.flatMap(id => images.get(id)?.facts ?? [])
  }
}

const separateRefs = (refs: readonly LaunchRef[]) => {
  const templates: TemplateRef[] = []
  const configurations: ConfigurationRef[] = []
  for (const ref of refs) {
    if ('configuration' in ref) configurations.push(ref)
    else templates.push(ref)
  }
  return [templates, configurations] as const
}

const createTemplateReader = (loadClient: () => Promise<Ec2>, place?: Place) => {
  let autoScaling: AutoScalingClient | undefined
  const readTemplates = async (refs: readonly TemplateRef[]): Promise<readonly TemplateFacts[]> => {
    if (refs.length === 0) return []
    const { client, describeTemplates } = await loadClient()
    return describeTemplates(client, refs)
  }
  const readConfigurations = async (refs: readonly ConfigurationRef[]): Promise<readonly TemplateFacts[]> => {
    if (refs.length === 0) return []
    const { createAutoScalingClient, describeConfigurations } = await loadAutoScaling()
    autoScaling ??= createAutoScalingClient(place)
    return describeConfigurations(autoScaling, refs)
  }
  return async (refs: readonly LaunchRef[]): Promise<readonly TemplateFacts[]> => {
    const [templates, configurations] = separateRefs(refs)
    return [...(await readTemplates(templates)), ...(await readConfigurations(configurations))]
  }
}

/**
 * Reads EC2 in one account and region, the function's own by default; coalesced, images remembered. The client is made at the first
 * read.
 */
export const createEc2Reader = (place?: Place, onDenied?: (why: string) => void): Ec2Reader => {
  const readOrDeny = createDenial(onDenied)
  let client: EC2Client | undefined
  const loadClient = async (): Promise<Ec2> => {
    const ec2 = await loadEc2()
    client ??= ec2.createEc2Client(place)
    return { ...ec2, client }
  }
  const createInstanceReader =
    (name: 'instance-id' | 'reservation-id' | 'client-token') => async (values: readonly string[]) => {
      const { client, describeInstances } = await loadClient()
      return describeInstances(client, { name, values })
    }
  const byId = coalesceReads<InstanceFacts>(createInstanceReader('instance-id'), (facts, ids) =>
    ids.includes(facts.instanceId ?? ''),
  )
  const byReservation = coalesceReads<InstanceFacts>(createInstanceReader('reservation-id'), (facts, ids) =>
    ids.includes(facts.reservationId ?? ''),
  )
  const images = coalesceReads<ImageFacts>(
    rememberImages(async ids => {
      const { client, describeImages } = await loadClient()
      return describeImages(client, ids)
    }),
    (facts, ids) => ids.includes(facts.imageId ?? ''),
  )
  const templates = createTemplateReader(loadClient, place)
  const instances = {
    'instance-id': byId,
    'reservation-id': byReservation,
    'client-token': createInstanceReader('client-token'),
  }
  return {
    instances: (by, values) => readOrDeny(() => instances[by](values)),
    images: ids => readOrDeny(() => images(ids)),
    types: names =>
      readOrDeny(async () => {
        const { client, describeInstanceTypes } = await loadClient()
        return describeInstanceTypes(client, names)
      }),
    templates: refs => readOrDeny(() => templates(refs)),
  }
}

/**
 * For events of another account or region. The role of this function cannot read there, and reports that instead of
 * reading in the wrong account or region.
 */
export const createNoReader = ({ accountId, region }: AccountRegion): Ec2Reader => {
  const answerDenied = async () =>
    ({
      ok: false,
      why: `the event is of account ${accountId}, region ${region}, where this function cannot read`,
    }) as const
  return { instances: answerDenied, images: answerDenied, types: answerDenied, templates: answerDenied }
}
