import { describe, expect, jest, test } from '@jest/globals'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import type { InstanceTypes } from '../../shared/catalogue/instance-types.ts'
import { complete, type FactReader, type Knowledge, type Reading } from '../../shared/engine/complete.ts'
import type { ImageFacts, InstanceFacts, InstanceTypeFacts, Subject } from '../../shared/facts/facts.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { anImage, anInstance, imageSubject, instanceSubject, refusedLaunch } from '../support/findings.ts'
import { aType } from '../support/types.ts'

const ID = 'i-0123456789abcdef0'
const AMI = 'ami-0abcdef1234567890'
const NEW_TYPE = 'x99.large'

type Answers = {
  readonly instances?: readonly InstanceFacts[] | string
  readonly images?: readonly ImageFacts[] | string
  readonly types?: readonly InstanceTypeFacts[] | string
}

const reading = <T>(answer: readonly T[] | string = []): Promise<Reading<T>> =>
  Promise.resolve(typeof answer === 'string' ? { ok: false, why: answer } : { ok: true, facts: answer })

const aWorld = ({ instances, images, types }: Answers = {}) => {
  const calls: string[] = []
  const ec2: FactReader = {
    instances: (by, ids) => {
      calls.push(`instances ${by} ${ids.join()}`)
      return reading(instances)
    },
    images: ids => {
      calls.push(`images ${ids.join()}`)
      return reading(images)
    },
    types: names => {
      calls.push(`types ${names.join()}`)
      return reading(types)
    },
  }
  const learned = new Map<string, InstanceTypeFacts>()
  const known: InstanceTypes = { ...loadCatalogue(), get: name => learned.get(name) ?? loadCatalogue().get(name) }
  const log = jest.fn<Knowledge['log']>()
  const learn = (read: readonly InstanceTypeFacts[]): void => {
    for (const one of read) learned.set(one.instanceType, one)
  }
  const knowledge: Knowledge = { policy: DEFAULT_POLICY, types: { known: () => known, learn }, log }
  return { calls, log, known, complete: (subjects: readonly Subject[]) => complete(subjects, ec2, knowledge) }
}

const onlyId = instanceSubject({ instanceId: ID }, [
  'imageId',
  'instanceType',
  'virtualizationType',
  'architecture',
  'rootDeviceType',
])
const HVM = { instanceType: 't3.micro', virtualizationType: 'hvm', enaSupport: true } as const

describe('the reads for facts that the rules miss', () => {
  test('give an image to each subject that leads to it, however late', async () => {
    const ec2: FactReader = {
      instances: (_, ids) => reading(ids.map(instanceId => ({ instanceId, imageId: AMI, instanceType: 't3.micro' }))),
      images: () => reading([anImage({ imageId: AMI, enaSupport: false })]),
      types: () => reading(),
    }
    const types = { known: loadCatalogue, learn: () => undefined }
    // The one names the image at once, the other is read first.
    const named = refusedLaunch({ image: { imageId: AMI } })
    const [, late] = await complete([named, onlyId], ec2, { policy: DEFAULT_POLICY, types, log: () => undefined })
    expect(late).toMatchObject({ instance: { imageId: AMI, enaSupport: false } })
  })

  test('are none if the event has enough', async () => {
    const world = aWorld()
    const subjects = [instanceSubject(HVM)]
    expect(await world.complete(subjects)).toBe(subjects)
    expect(world.calls).toEqual([])
  })

  test('read the instance, then its image and its type, each in one call', async () => {
    const { enaSupport: _, ...read } = { ...anInstance(HVM), instanceType: NEW_TYPE }
    const world = aWorld({ instances: [read], images: [anImage()], types: [aType({ instanceType: NEW_TYPE })] })
    const [subject] = await world.complete([onlyId, onlyId])
    expect(world.calls).toEqual([`instances instance-id ${ID}`, `images ${AMI}`, `types ${NEW_TYPE}`])
    expect(subject).toMatchObject({ instance: { instanceType: NEW_TYPE, virtualizationType: 'hvm', enaSupport: true } })
    expect(world.known.get(NEW_TYPE)).toBeDefined()
  })

  test('read the image, and that of a launch that was refused', async () => {
    const image = anImage({ virtualizationType: 'paravirtual' })
    const world = aWorld({ images: [image], types: [aType({ instanceType: NEW_TYPE })] })
    const subjects = [imageSubject({}, ['virtualizationType']), refusedLaunch({ instanceType: NEW_TYPE })]
    const [first, second] = await world.complete(subjects)
    expect(world.calls).toEqual([`images ${AMI}`, `types ${NEW_TYPE}`])
    expect(first).toMatchObject({ kind: 'image', image: { virtualizationType: 'paravirtual' } })
    expect(second).toMatchObject({ kind: 'refused-launch', image: { bootMode: image.bootMode } })
  })

  test('do not replace facts of the event, because a later answer may be about a change since', async () => {
    const image = anImage({ architecture: 'arm64' })
    const world = aWorld({ instances: [anInstance({ ...HVM, instanceType: 'm7g.large' })], images: [image] })
    const launched = instanceSubject({ instanceType: 't3.micro' }, ['virtualizationType'])
    const [instance] = await world.complete([launched])
    expect(instance).toMatchObject({ instance: { instanceType: 't3.micro', virtualizationType: 'hvm' } })
    expect(instance).not.toMatchObject({ instance: { name: image.name } })
    const [made] = await world.complete([imageSubject({ architecture: 'x86_64' }, ['virtualizationType'])])
    expect(made).toMatchObject({ image: { architecture: 'x86_64' } })
  })

  test('are done once, and what EC2 does not know stays unknown', async () => {
    const world = aWorld()
    expect(await world.complete([onlyId])).toEqual([onlyId])
    expect(world.calls).toEqual([`instances instance-id ${ID}`])
  })

  test('give facts to nobody if the answer does not say about whom', async () => {
    const world = aWorld({ instances: [anInstance(HVM, ['instanceId'])], images: [anImage({}, ['imageId'])] })
    const nameless = instanceSubject({}, ['instanceId', 'imageId', 'virtualizationType', 'instanceType'])
    const [, second] = await world.complete([onlyId, nameless])
    expect(second).toEqual(nameless)
  })
})

test('a fact that may not be read stays unknown, and the log says why', async () => {
  const world = aWorld({ instances: 'no ec2:DescribeInstances' })
  expect(await world.complete([onlyId])).toEqual([onlyId])
  expect(world.log.mock.calls).toEqual([
    ['warn', expect.stringContaining('no permission to read EC2'), { why: 'no ec2:DescribeInstances' }],
  ])
})
