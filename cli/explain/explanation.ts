import { createEc2Client, describeImages, describeInstanceTypes } from '../../shared/aws/ec2.ts'
import { describeForExplanation, type Explained } from '../../shared/aws/explained-instance.ts'
import { addTypes, loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import type { InstanceTypes } from '../../shared/catalogue/instance-types.ts'
import { evaluate, type World } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { createInstanceSubject, inheritFacts } from '../../shared/engine/subjects.ts'
import { UserError } from '../../shared/errors.ts'
import type { ImageFacts, InstanceTypeFacts } from '../../shared/facts/facts.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { findRemedy, type Remedy } from '../../shared/remediation/remedy.ts'
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
}

/** Reads with the credentials of the surroundings, or of a profile. */
export const explainReads = async ({ region, profile }: Account): Promise<ExplainReads> => {
  useProfile(profile)
  const client = createEc2Client(region)
  const place = await askAws('ec2:DescribeInstances', client.config.region())
  return {
    region: place,
    instance: id => describeForExplanation(client, place, id),
    images: ids => describeImages(client, ids),
    types: names => describeInstanceTypes(client, names),
  }
}

const readTypesFor = async (ec2: ExplainReads, name: string | undefined): Promise<InstanceTypes> => {
  const types = loadCatalogue()
  if (name === undefined || types.get(name) !== undefined) return types
  const read = await askAws('ec2:DescribeInstanceTypes', ec2.types([name]))
  return read.length === 0 ? types : addTypes(types, read)
}

const evaluateExplained = (explained: Explained, image: ImageFacts | undefined, world: World): readonly Finding[] => {
  const { accountId, region, instance, actor } = explained
  const event = { id: `explain-${world.now.getTime()}`, name: 'DescribeInstances', time: world.now.toISOString() }
  const subject = createInstanceSubject({ accountId, region, event }, { ...inheritFacts(image ?? {}), ...instance })
  return evaluate({ subject, event, actor }, world)
}

/** Joins instance, image and type. Throws UserError if there is no such instance, or EC2 cannot be asked. */
export const explain = async (
  ec2: ExplainReads,
  instanceId: string,
  { policy, now }: { readonly policy: Policy; readonly now: Date },
): Promise<Explanation> => {
  const explained = await askAws('ec2:DescribeInstances', ec2.instance(instanceId))
  if (explained === undefined)
    throw new UserError(
      `${instanceId}: there is no such instance in ${ec2.region}; check the id, --region and --profile`,
    )
  const { imageId, instanceType } = explained.instance
  const images = imageId === undefined ? [] : await askAws('ec2:DescribeImages', ec2.images([imageId]))
  const types = await readTypesFor(ec2, instanceType)
  const [image] = images
  const type = instanceType === undefined ? undefined : types.get(instanceType)
  return {
    explained,
    ...(image !== undefined && { image }),
    ...(type !== undefined && { type }),
    notes: image === undefined ? [] : describeImage(image, now),
    findings: evaluateExplained(explained, image, { policy, types, now }),
    remedy: findRemedy(explained, types),
  }
}
