// Reads parameters of Systems Manager, for which one small call does not need a client of the SDK (decision 9).
import type { EC2Client } from '@aws-sdk/client-ec2'
import { createPoster } from '../../shared/aws/direct/post.ts'
import { findPartition } from '../../shared/facts/partitions.ts'

/** The service takes so many names at once (Systems Manager API reference, GetParameters). */
const MOST_NAMES = 10

const findUrl = (region: string): URL => {
  const chosen = process.env['AWS_ENDPOINT_URL_SSM'] || process.env['AWS_ENDPOINT_URL']
  return new URL(chosen ?? `https://ssm.${region}.${findPartition(region)?.dnsSuffix ?? 'amazonaws.com'}`)
}

type Parameter = {
  readonly Name?: unknown
  readonly ARN?: unknown
  readonly Selector?: unknown
  readonly Value?: unknown
}

/** The error as the SDK would throw it. */
const createRefusal = (status: number, body: string): Error => {
  const { __type: type = `HTTP ${status}`, message = '', Message = message } = parseObject(body)
  const name = String(type).split('#').at(-1) ?? ''
  return Object.assign(new Error(String(Message)), { name, $metadata: { httpStatusCode: status } })
}

const parseObject = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

const listParameters = (body: string): readonly Parameter[] => {
  const { Parameters: list } = parseObject(body)
  return Array.isArray(list) ? list.filter(one => typeof one === 'object' && one !== null) : []
}

/** `NAME` or `ARN`, with `:VERSION` or without, as it may have been asked for. */
const toReferences = ({ Name, ARN, Selector }: Parameter): readonly string[] =>
  [Name, ARN].flatMap(one => (typeof one === 'string' ? [`${one}${typeof Selector === 'string' ? Selector : ''}`] : []))

/**
 * The values of parameters by the references that were asked for; one that does not exist is left out. Values of secret
 * parameters are not decrypted. Throws what the service says.
 */
export const readImageParameters = async (
  client: EC2Client,
  region: string,
  references: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials()
  const { post } = createPoster({
    ...{ service: 'ssm', region, url: findUrl(region), accessKeyId, secretAccessKey, traceId: () => undefined },
    ...(sessionToken !== undefined && { sessionToken }),
  })
  const found = new Map<string, string>()
  for (let start = 0; start < references.length; start += MOST_NAMES) {
    const Names = references.slice(start, start + MOST_NAMES)
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AmazonSSM.GetParameters' }
    const { status, body } = await post({ headers, body: JSON.stringify({ Names }) })
    if (status !== 200) throw createRefusal(status, body)
    for (const parameter of listParameters(body))
      for (const reference of toReferences(parameter))
        if (typeof parameter.Value === 'string') found.set(reference, parameter.Value)
  }
  return found
}
