import { findPartition } from '../../facts/partitions.ts'

/** The settings of a call to a service: the endpoint, and the credentials. */
export type Settings = {
  readonly service: string
  readonly region: string
  readonly url: URL
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  /** Of the invocation that is under way; Lambda finds functions that call themselves by it. */
  readonly traceId: () => string | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

// Each of these moves an endpoint in a way that only the SDK knows.
const SDK_DECIDES = [
  'AWS_USE_FIPS_ENDPOINT',
  'AWS_USE_DUALSTACK_ENDPOINT',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_ACCOUNT_ID',
]

const parseUrl = (service: string, region: string, env: Environment): URL | undefined => {
  const alerted = env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || env['AWS_ENDPOINT_URL']
  const partition = findPartition(region)
  // For other partitions, and for a new region, the SDK knows what else may differ.
  if (alerted === undefined && partition?.id !== 'aws') return undefined
  const text = alerted ?? `https://${service}.${region}.${partition?.dnsSuffix}`
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const isPlain = /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '' && url.username === ''
  return isPlain ? url : undefined
}

/**
 * The settings of a service from Lambda's environment, named as in its endpoint. Undefined if only the SDK knows them:
 * in other partitions than `aws`, with FIPS or dual-stack endpoints, without credentials in the environment.
 */
export const readSettings = (service: 'dynamodb' | 'sns', env: Environment): Settings | undefined => {
  const { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env
  if (!region || !accessKeyId || !secretAccessKey || SDK_DECIDES.some(name => env[name])) return undefined
  const url = parseUrl(service, region, env)
  const sessionToken = env['AWS_SESSION_TOKEN']
  const readTraceId = () => env['_X_AMZN_TRACE_ID']
  return (
    url && {
      service,
      region,
      url,
      accessKeyId,
      secretAccessKey,
      ...(sessionToken && { sessionToken }),
      traceId: readTraceId,
    }
  )
}
