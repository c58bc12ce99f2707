import type { InstanceTypes } from '../../shared/catalogue/instance-types.ts'
import type { ImageFacts, InstanceTypeFacts } from '../../shared/facts/facts.ts'
import { PUBLIC, parseImageParameter } from '../../shared/facts/image-parameter.ts'
import { listNamedLaunches, type NamedLaunches, nameTemplate } from '../../shared/hook/declare.ts'
import type { AskedResource } from '../../shared/hook/request.ts'
import { listOpenImages } from '../../shared/lint/evaluate/add-facts.ts'
import type { Declaration } from '../../shared/lint/model/declaration.ts'
import type { Json } from '../../shared/lint/readers/json.ts'
import { IMAGE_ID } from '../../shared/lint/readers/pairs.ts'
import { mapConcurrent } from '../runtime/map-concurrent.ts'
import { formatError } from '../runtime/one-line.ts'
import type { HookPorts } from './ports.ts'

/** Makes a read of AWS, and gives what stands for its answer if it failed or time is up. */
export type Attempt = <T>(action: string, read: () => Promise<T>, otherwise: T) => Promise<T>

/** Reads that never fail: what went wrong is a problem, in words for whoever deploys, and a line of the log. */
export const createAttempt = ({ timeIsUp, log }: HookPorts, problems: string[]): Attempt => {
  const add = (text: string): void => {
    if (!problems.includes(text)) problems.push(text)
  }
  return async (action, read, otherwise) => {
    try {
      return await Promise.race([read(), timeIsUp])
    } catch (error) {
      log('warn', 'a read failed; what it would say is not known', { action, why: formatError(error) })
      add(`${action} did not succeed (${error instanceof Error ? error.name : 'no answer'}).`)
      return otherwise
    }
  }
}

const keepFound = <T>(entries: readonly (readonly [string, T | undefined])[]): ReadonlyMap<string, T> =>
  new Map(entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])))

/** What the launch templates and configurations say that a resource launches by. */
export const readNamedLaunches = async (
  resource: AskedResource,
  { read }: HookPorts,
  attempt: Attempt,
): Promise<NamedLaunches> => {
  const named = listNamedLaunches(resource)
  const templates = await mapConcurrent(named.templates, async ref => {
    const found = await attempt<Json | undefined>(
      'ec2:DescribeLaunchTemplateVersions',
      () => read.template(ref),
      undefined,
    )
    return [nameTemplate(ref), found] as const
  })
  const configurations = await mapConcurrent(named.configurations, async name => {
    const action = 'autoscaling:DescribeLaunchConfigurations'
    return [name, await attempt<Json | undefined>(action, () => read.configuration(name), undefined)] as const
  })
  return { templates: keepFound(templates), configurations: keepFound(configurations) }
}

/** The facts of images, by the names that declarations have for them: an id, or a public parameter of AWS. */
export const readImages = async (
  declarations: readonly Declaration[],
  { read }: HookPorts,
  attempt: Attempt,
): Promise<ReadonlyMap<string, ImageFacts>> => {
  const names = [...new Set(declarations.flatMap(listOpenImages))]
  const ids = names.filter(name => IMAGE_ID.test(name))
  const found = await attempt<readonly ImageFacts[]>(
    'ec2:DescribeImages',
    async () => (ids.length === 0 ? [] : read.images(ids)),
    [],
  )
  const named = await mapConcurrent(names, async name => {
    const parameter = IMAGE_ID.test(name) ? undefined : parseImageParameter(name)
    if (parameter === undefined || !parameter.name.startsWith(PUBLIC)) return [name, undefined] as const
    const readOne = () => read.publicImage(parameter.name)
    return [name, await attempt<ImageFacts | undefined>('ec2:DescribeImages', readOne, undefined)] as const
  })
  return new Map([...found.map(image => [image.imageId ?? '', image] as const), ...keepFound(named)])
}

/** The facts of types that the catalogue does not have yet. */
export const readTypes = async (
  declarations: readonly Declaration[],
  { read, types }: HookPorts,
  attempt: Attempt,
): Promise<readonly InstanceTypeFacts[]> => {
  const names = declarations.flatMap(one => (one.kind === 'launch' ? one.pairs.map(pair => pair.instanceType) : []))
  const open = [...new Set(names)].filter(name => name !== undefined).filter(name => isOpen(name, types))
  return attempt<readonly InstanceTypeFacts[]>(
    'ec2:DescribeInstanceTypes',
    async () => (open.length === 0 ? [] : read.types(open)),
    [],
  )
}

const isOpen = (name: string, types: InstanceTypes): boolean => types.get(name) === undefined
