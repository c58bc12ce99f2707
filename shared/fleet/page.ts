import { type DescribedInstance, readInstanceDescription } from '../facts/described.ts'
import type { InstanceFacts } from '../facts/facts.ts'
import { createXmlReader, type Shape, type XmlNode } from './xml.ts'

/** One answer of DescribeInstances: the results for its instances, and the token of the next page. */
export type Page<T> = { readonly instances: readonly T[]; readonly nextToken?: string }

export type PageReader<T> = {
  /** The bytes of the answer, one character a byte. */
  readonly write: (bytes: string) => void
  /** Throws EventError if the answer is not whole. */
  readonly end: () => Page<T>
}

const INSTANCE: Shape = {
  instanceId: 'text',
  imageId: 'text',
  instanceType: 'text',
  virtualizationType: 'text',
  enaSupport: 'text',
  architecture: 'text',
  bootMode: 'text',
  rootDeviceType: 'text',
  instanceState: { name: 'text' },
  launchTime: 'text',
  instanceLifecycle: 'text',
  operator: { managed: 'text', principal: 'text' },
  tagSet: { item: { key: 'text', value: 'text' } },
}

const ANSWER: Shape = {
  reservationSet: { item: { reservationId: 'text', instancesSet: { item: INSTANCE } } },
  nextToken: 'text',
}

const parseFlag = (text: string | undefined): boolean | undefined =>
  text === 'true' ? true : text === 'false' ? false : undefined

const parseMoment = (text: string | undefined): Date | undefined => {
  const ms = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(ms) ? undefined : new Date(ms)
}

const listChildren = (node: XmlNode | undefined, name: string): readonly XmlNode[] => node?.children[name] ?? []

const listItems = (node: XmlNode | undefined, set: string): readonly XmlNode[] =>
  listChildren(listChildren(node, set)[0], 'item')

const describeNode = (node: XmlNode): DescribedInstance => {
  const { texts } = node
  const operator = listChildren(node, 'operator')[0]?.texts
  return {
    InstanceId: texts['instanceId'],
    ImageId: texts['imageId'],
    InstanceType: texts['instanceType'],
    VirtualizationType: texts['virtualizationType'],
    EnaSupport: parseFlag(texts['enaSupport']),
    Architecture: texts['architecture'],
    BootMode: texts['bootMode'],
    RootDeviceType: texts['rootDeviceType'],
    State: { Name: listChildren(node, 'instanceState')[0]?.texts['name'] },
    LaunchTime: parseMoment(texts['launchTime']),
    InstanceLifecycle: texts['instanceLifecycle'],
    Operator: { Managed: parseFlag(operator?.['managed']), Principal: operator?.['principal'] },
    Tags: listItems(node, 'tagSet').map(tag => ({ Key: tag.texts['key'], Value: tag.texts['value'] })),
  }
}

const readInstances = (reservation: XmlNode): readonly InstanceFacts[] => {
  const reservationId = reservation.texts['reservationId']
  return listItems(reservation, 'instancesSet').map(item => ({
    ...readInstanceDescription(describeNode(item)),
    ...(reservationId !== undefined && { reservationId }),
  }))
}

/**
 * Reads an answer of DescribeInstances as it arrives. Each instance is visited once and only the result of the visit is
 * kept, so that a page takes little memory. The facts are the same as those of the SDK's own reader.
 */
export const createPageReader = <T>(look: (instance: InstanceFacts) => T): PageReader<T> => {
  const instances: T[] = []
  const reader = createXmlReader('DescribeInstancesResponse', ANSWER, {
    'DescribeInstancesResponse/reservationSet/item': reservation => {
      for (const instance of readInstances(reservation)) instances.push(look(instance))
    },
  })
  return {
    write: reader.write,
    end: () => {
      const { nextToken } = reader.end().texts
      return { instances, ...(nextToken !== undefined && nextToken !== '' && { nextToken }) }
    },
  }
}
