import { createEc2Client, describeImages, describeInstanceTypes } from '../../shared/aws/ec2.ts'
import { describeForExplanation, type Explained } from '../../shared/aws/explained-instance.ts'
import { isStopProtected, readSpotRequest } from '../../shared/aws/stop-facts.ts'
import { addTypes, loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import type { InstanceTypes } from '../../shared/catalogue/instance-types.ts'
import { evaluate, type World } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { createInstanceSubject, inheritFacts } from '../../shared/engine/subjects.ts'
import { UserError } from '../../shared/errors.ts'
import type { ImageFacts, InstanceFacts, InstanceTypeFacts } from '../../shared/facts/facts.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import type { Condition } from '../../shared/remediation/conditions.ts'
import { findRemedy, type Remedy, type Verdicts } from '../../shared/remediation/remedy.ts'
import { instanceFamily, isTypeAllowed } from '../../shared/rules/instance-family.ts'
import { type Account, useProfile } from '../aws/account.ts'
import { askAws } from '../aws/asking.ts'
import { describeImage } from '../check/notes.ts'

/** Everything that is known of one instance, and what follows from it. */
export type Explanation = {
  readonly explained: Explained
  /** Absent if the image was deregistered, or may not be seen. */
  readonly image?: ImageFacts
  readonly type?: InstanceTypeFacts
  /** What to know of the image for the next launch from it. The instance is not touched by it. */
  readonly notes: readonly string[]
  readonly findings: readonly Finding[]
  readonly remedy: Remedy
}

/** The questions to EC2. Each throws what EC2 throws. */
export type ExplainReads = {
  readonly region: string
  readonly instance: (id: string) => Promise<Explained | undefined>
  readonly images: (ids: readonly string[]) => Promise<readonly ImageFacts[]>
  readonly types: (names: readonly string[]) => Promise<readonly InstanceTypeFacts[]>
  /** Asked only if a step depends on it. Undefined if it is not known, or the credentials do not allow the question. */
  readonly stopProtected: (id: string) => Promise<boolean | undefined>
  readonly spotRequest: (id: string) => Promise<InstanceFacts['spotRequest'] | undefined>
}

/** The answer, or undefined if the credentials do not allow the call: then the steps say what to find out. */
const askIfAllowed = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Error && /UnauthorizedOperation|AccessDenied/.test(error.name)) return undefined
    throw error
  }
}

/** Reads with the credentials of the surroundings, or of a profile. */
export const explainReads = async ({ region, profile }: Account): Promise<ExplainReads> => {
  useProfile(profile)
  const client = createEc2Client(region === undefined ? {} : { region })
  const place = await askAws('ec2:DescribeInstances', client.config.region())
  return {
    region: place,
    instance: id => describeForExplanation(client, place, id),
    images: ids => describeImages(client, ids),
    types: names => describeInstanceTypes(client, names),
    stopProtected: id => askIfAllowed(isStopProtected(client, id)),
    spotRequest: id => askIfAllowed(readSpotRequest(client, id)),
  }
}

const readTypesFor = async (ec2: ExplainReads, name: string | undefined): Promise<InstanceTypes> => {
  const types = loadCatalogue()
  if (name === undefined || types.get(name) !== undefined) return types
  const read = await askAws(`ec2:DescribeInstanceTypes in ${ec2.region}`, ec2.types([name]))
  return read.length === 0 ? types : addTypes(types, read)
}

const evaluateExplained = (explained: Explained, image: ImageFacts | undefined, world: World): readonly Finding[] => {
  const { accountId, region, instance, actor } = explained
  const event = { id: `explain-${world.now.getTime()}`, name: 'DescribeInstances', time: world.now.toISOString() }
  const subject = createInstanceSubject({ accountId, region, event }, { ...inheritFacts(image ?? {}), ...instance })
  return evaluate({ subject, event, actor }, world)
}

/** Whether a step of the ways depends on a condition that is not known. */
const dependsOn = ({ ways }: Remedy, condition: Condition): boolean =>
  ways.some(({ steps }) => steps.some(({ onlyIf = [] }) => onlyIf.includes(condition)))

/** The instance with the facts that decide a step and that EC2 says only if asked for them. */
const readDecidingFacts = async (ec2: ExplainReads, explained: Explained, remedy: Remedy): Promise<Explained> => {
  const { instance } = explained
  const { instanceId = '' } = instance
  const [stopProtected, spotRequest] = await Promise.all([
    dependsOn(remedy, 'STOP_PROTECTED')
      ? askAws(`ec2:DescribeInstanceAttribute in ${ec2.region}`, ec2.stopProtected(instanceId))
      : undefined,
    dependsOn(remedy, 'SPOT_PERSISTENT')
      ? askAws(`ec2:DescribeSpotInstanceRequests in ${ec2.region}`, ec2.spotRequest(instanceId))
      : undefined,
  ])
  return {
    ...explained,
    instance: {
      ...instance,
      ...(stopProtected !== undefined && { stopProtected }),
      ...(spotRequest !== undefined && { spotRequest }),
    },
  }
}

const describeImageUse = (
  { accountId }: Explained,
  image: ImageFacts | undefined,
): Pick<Explained, 'imageOwner' | 'isImageLaunchable'> => {
  if (image === undefined) return { imageOwner: 'gone', isImageLaunchable: false }
  const { imageOwnerId, imageState } = image
  return {
    ...(imageOwnerId !== undefined && { imageOwner: imageOwnerId === accountId ? 'this-account' : 'another' }),
    ...(imageState !== undefined && { isImageLaunchable: imageState === 'available' }),
  }
}

const readVerdicts = (findings: readonly Finding[], { rules }: Policy): Verdicts => ({
  reasons: findings.flatMap(({ status, reasons }) => (status === 'FAILED' ? reasons : [])),
  isUndecided: findings.some(({ status }) => status === 'UNKNOWN'),
  allows: instanceType => {
    const rule = rules[instanceFamily.id]
    return rule === undefined || rule.mode === 'off' || isTypeAllowed(instanceType, rule.options)
  },
})

/** Joins instance, image and type. Throws UserError if there is no such instance, or EC2 cannot be asked. */
export const explain = async (
  ec2: ExplainReads,
  instanceId: string,
  { policy, now }: { readonly policy: Policy; readonly now: Date },
): Promise<Explanation> => {
  const described = await askAws(`ec2:DescribeInstances in ${ec2.region}`, ec2.instance(instanceId))
  if (described === undefined)
    throw new UserError(
      `${instanceId}: there is no such instance in ${ec2.region}; check the id, --region and --profile`,
    )
  const { imageId, instanceType } = described.instance
  const images = imageId === undefined ? [] : await askAws(`ec2:DescribeImages in ${ec2.region}`, ec2.images([imageId]))
  const types = await readTypesFor(ec2, instanceType)
  const [image] = images
  const type = instanceType === undefined ? undefined : types.get(instanceType)
  const known: Explained = { ...described, ...describeImageUse(described, image) }
  const findings = evaluateExplained(known, image, { policy, types, now })
  const verdicts = readVerdicts(findings, policy)
  const explained = await readDecidingFacts(ec2, known, findRemedy(known, types, verdicts))
  return {
    explained,
    ...(image !== undefined && { image }),
    ...(type !== undefined && { type }),
    notes: image === undefined ? [] : describeImage(image, now),
    findings,
    remedy: findRemedy(explained, types, verdicts),
  }
}
