/** An AWS of a scan: who asks, which regions there are, roles to assume, and the instances of each. */
import { afterEach } from '@jest/globals'
import { type Described, pageXml } from '../support/described.ts'
import { type Call, type Endpoint, type Said, startEndpoint } from '../support/ec2-endpoint.ts'
import { setAwsEnvironment } from './aws-environment.ts'

setAwsEnvironment({ AWS_REGION: 'us-east-1', AWS_MAX_ATTEMPTS: '2' })

let endpoint: Endpoint | undefined

afterEach(async () => {
  await endpoint?.close()
  endpoint = undefined
})

const STS = 'https://sts.amazonaws.com/doc/2011-06-15/'
const identity: Said = {
  body: `<GetCallerIdentityResponse xmlns="${STS}"><GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
}
const regions = (...names: readonly string[]): Said => ({
  body: `<DescribeRegionsResponse><regionInfo>${names.map(name => `<item><regionName>${name}</regionName></item>`).join('')}</regionInfo></DescribeRegionsResponse>`,
})
const assumed = (form: URLSearchParams): Said => {
  const account = (form.get('RoleArn') ?? '').split(':')[4]
  return {
    body: `<AssumeRoleResponse xmlns="${STS}"><AssumeRoleResult><Credentials><AccessKeyId>AKIA${account}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  }
}

export const PV: Partial<Described> = {
  instanceType: 'm1.small',
  virtualizationType: 'paravirtual',
  enaSupport: 'false',
}

export type Fleet = Readonly<Record<string, readonly Described[] | Said>>

/** An AWS with these instances, by region or by `key of the credentials/region`. */
export const start = async (
  fleet: Fleet,
  more: (call: Call) => Said | undefined = () => undefined,
): Promise<Endpoint> => {
  endpoint = await startEndpoint(call => {
    const special = more(call)
    if (special !== undefined) return special
    if (call.action === 'GetCallerIdentity') return identity
    if (call.action === 'AssumeRole') return assumed(call.form)
    if (call.action === 'DescribeRegions')
      return regions(...new Set(Object.keys(fleet).map(name => name.split('/').at(-1) ?? '')))
    const there = fleet[`${call.key}/${call.region}`] ?? fleet[call.region] ?? []
    return 'body' in there ? there : { body: pageXml([there]) }
  })
  process.env['AWS_ENDPOINT_URL'] = endpoint.url
  return endpoint
}
