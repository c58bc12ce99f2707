import { afterEach, describe, expect, test } from '@jest/globals'
import { listSpokeRoles } from '../../infra/spokes/roles.ts'
import type { Hub } from '../../infra/spokes/template.ts'
import { parsePolicy } from '../../shared/policy/load.ts'
import { type Call, type Endpoint, type Said, startEndpoint } from '../support/ec2-endpoint.ts'
import { setAwsEnvironment } from './aws-environment.ts'
import { inFolder, virtguard } from './run-cli.ts'

setAwsEnvironment({ AWS_REGION: 'us-east-1', AWS_MAX_ATTEMPTS: '1' })

const OWN = '123456789012'
const SHOP = '111111111111'
const LAB = '222222222222'
const HUB: Hub = { organizationId: 'o-a1b2c3d4e5', accountId: OWN, region: 'eu-central-1' }
const ENFORCE = 'version: 1\nrules: { paravirtual-instance: { mode: enforce, severity: HIGH } }\n'
const OBSERVE = 'version: 1\nrules: { paravirtual-instance: { mode: observe, severity: HIGH } }\n'

type Role = { trust: string; permissions: string; attached?: string; inline?: string }
type Roles = Readonly<Record<string, Role>>

/** The roles that CloudFormation makes of the template, as IAM writes them: a list of one is its only member. */
const deploy = (accountId: string, policy = ENFORCE, hub = HUB): Roles => {
  const write = (document: object): string =>
    JSON.stringify(document)
      .replace(/\{"Ref":"AWS::AccountId"\}/g, `"${accountId}"`)
      .replace(/\{"Fn::Sub":("[^"]*")\}/g, '$1')
      .replaceAll(`\${AWS::Partition}`, 'aws')
      .replaceAll(`\${AWS::AccountId}`, accountId)
      .replace(/\[("[^"]*")\]/g, '$1')
  return Object.fromEntries(
    listSpokeRoles(hub, parsePolicy(policy, 'policy.yaml')).map(({ name, trust, permissions }) => [
      name,
      { trust: write(trust), permissions: write(permissions) },
    ]),
  )
}

const answer = (action: string, result: string): Said => ({
  body: `<${action}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${action}Result>${result}</${action}Result></${action}Response>`,
})
const refuse = (code: string, status: number): Said => ({
  status,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
})
const member = (name: string | undefined, tag: string): string =>
  name === undefined ? '' : tag === '' ? `<member>${name}</member>` : `<member><${tag}>${name}</${tag}></member>`

const answerRole = ({ action, form }: Call, roles: Roles): Said => {
  const name = form.get('RoleName') ?? ''
  const role = roles[name]
  if (role === undefined) return refuse('NoSuchEntity', 404)
  if (action === 'GetRole')
    return answer(
      action,
      `<Role><AssumeRolePolicyDocument>${encodeURIComponent(role.trust)}</AssumeRolePolicyDocument></Role>`,
    )
  if (action === 'ListRolePolicies')
    return answer(action, `<PolicyNames>${member(name, '')}${member(role.inline, '')}</PolicyNames>`)
  if (action === 'ListAttachedRolePolicies')
    return answer(action, `<AttachedPolicies>${member(role.attached, 'PolicyArn')}</AttachedPolicies>`)
  if (action === 'GetRolePolicy')
    return answer(action, `<PolicyDocument>${encodeURIComponent(role.permissions)}</PolicyDocument>`)
  throw new Error(`${action} was not expected`)
}

let endpoint: Endpoint | undefined

afterEach(async () => {
  await endpoint?.close()
  endpoint = undefined
})

const LISTED: Said = {
  type: 'application/x-amz-json-1.1',
  body: JSON.stringify({
    Accounts: [
      { Id: SHOP, State: 'ACTIVE' },
      { Id: LAB, State: 'SUSPENDED' },
    ],
  }),
}

/** An AWS with these roles, by account. An account that is not among them refuses the role to read with. */
const start = async (accounts: Readonly<Record<string, Roles>>): Promise<Endpoint> => {
  endpoint = await startEndpoint(call => {
    const { action, form, key } = call
    if (action === 'GetCallerIdentity') return answer(action, `<Account>${OWN}</Account>`)
    if (action === 'ListAccounts') return LISTED
    if (action !== 'AssumeRole') return answerRole(call, accounts[key.replace('AKIA', '').replace('OWN', OWN)] ?? {})
    const account = form.get('RoleArn')?.split(':')[4] ?? ''
    return account in accounts
      ? answer(
          action,
          `<Credentials><AccessKeyId>AKIA${account}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>`,
        )
      : refuse('AccessDenied', 403)
  })
  process.env['AWS_ENDPOINT_URL'] = endpoint.url
  return endpoint
}

const WHERE = ['--organization', 'o-a1b2c3d4e5', '--hub', `${OWN}/eu-central-1`]

const check = async (accounts: readonly string[], policy = ENFORCE) => {
  let ran: Awaited<ReturnType<typeof virtguard>> | undefined
  await inFolder({ 'policy.yaml': policy }, async folder => {
    const each = accounts.flatMap(account => ['--account', account])
    ran = await virtguard(['spokes', 'check', ...WHERE, '--policy', `${folder}/policy.yaml`, ...each])
  })
  if (ran === undefined) throw new Error('nothing ran')
  return ran
}

const ADVICE = expect.stringContaining('deploys spoke-roles.json where a role differs')

describe('spokes check', () => {
  test('finds nothing in roles as the template makes them, with the own account read without a role', async () => {
    const { calls } = await start({ [OWN]: deploy(OWN), [SHOP]: deploy(SHOP) })
    expect(await check([OWN, SHOP])).toMatchObject({
      code: 0,
      out: `${OWN}  as in the template\n${SHOP}  as in the template\n`,
      err: '',
    })
    const assumed = calls.filter(({ action }) => action === 'AssumeRole')
    expect(assumed.map(({ form }) => form.get('RoleArn'))).toEqual([
      `arn:aws:iam::${SHOP}:role/OrganizationAccountAccessRole`,
    ])
    expect(assumed[0]?.region).toBe('eu-central-1')
    const { Statement } = JSON.parse(assumed[0]?.form.get('Policy') ?? '')
    expect(Statement).toMatchObject([{ Resource: 'arn:aws:iam::*:role/virtguard-*' }])
    for (const action of Statement[0].Action) expect(action).toMatch(/^iam:(Get|List)/)
  })

  test('reads every account of the organization that is in use, and names the others', async () => {
    await start({ [SHOP]: deploy(SHOP) })
    expect(await check([])).toMatchObject({
      code: 0,
      out: `${SHOP}  as in the template\n`,
      errLines: [`virtguard: left out, because they are not active: ${LAB} SUSPENDED`],
    })
  })

  test('names each role that is missing, and who has to act', async () => {
    const { 'virtguard-stop': _, ...roles } = deploy(SHOP)
    await start({ [SHOP]: roles, [LAB]: {} })
    const { code, out, errLines } = await check([SHOP, LAB])
    expect({ code, out }).toEqual({
      code: 1,
      out: `${SHOP}  virtguard-stop is missing\n${LAB}  virtguard-forward is missing; virtguard-read is missing; virtguard-stop is missing\n`,
    })
    expect(errLines).toEqual([ADVICE])
  })

  test.each([
    ['another organization', { ...HUB, organizationId: 'o-z9y8x7w6v5' }],
    ['a hub in another account', { ...HUB, accountId: '999999999999' }],
  ])('finds a spoke of %s', async (_, hub) => {
    await start({ [SHOP]: deploy(SHOP, ENFORCE, hub) })
    const { code, out } = await check([SHOP])
    expect(code).toBe(1)
    expect(out).toContain('virtguard-read does not trust what the template trusts')
    expect(out).toContain('virtguard-stop does not trust what the template trusts')
  })

  test.each([
    [{ attached: 'arn:aws:iam::aws:policy/PowerUserAccess' }, 'arn:aws:iam::aws:policy/PowerUserAccess'],
    [{ inline: 'more' }, 'more'],
  ])('finds a role that was given more rights: %j', async (more, name) => {
    const roles = deploy(SHOP)
    const read = roles['virtguard-read']
    if (read === undefined) throw new Error('no role')
    await start({ [SHOP]: { ...roles, 'virtguard-read': { ...read, ...more } } })
    expect(await check([SHOP])).toMatchObject({
      code: 1,
      out: `${SHOP}  virtguard-read has rights that the template does not give: ${name}\n`,
    })
  })

  test('finds a role whose rights were changed', async () => {
    const roles = deploy(SHOP)
    const stop = roles['virtguard-stop']
    if (stop === undefined) throw new Error('no role')
    const permissions = stop.permissions.replace('ec2:StopInstances', 'ec2:*')
    await start({ [SHOP]: { ...roles, 'virtguard-stop': { ...stop, permissions } } })
    expect((await check([SHOP])).out).toBe(
      `${SHOP}  virtguard-stop may not do what the template allows, or may do more\n`,
    )
  })

  test('finds a role for stops that no rule of the policy needs any more', async () => {
    await start({ [SHOP]: deploy(SHOP) })
    const { code, out } = await check([SHOP], OBSERVE)
    expect(code).toBe(1)
    expect(out).toContain('virtguard-stop is there, and no rule enforces')
  })

  test('says why an account could not be read, and checks the others', async () => {
    await start({ [LAB]: deploy(LAB) })
    const { code, out, err } = await check([SHOP, LAB])
    expect({ code, err }).toEqual({ code: 2, err: '' })
    expect(out).toBe(
      `${SHOP}  could not be read: the role OrganizationAccountAccessRole is missing there, or does not trust you; who administers the account can make it or change its trust\n${LAB}  as in the template\n`,
    )
  })

  test.each([
    [['--account', '12'], 'Write its 12 digits, like 123456789012'],
    [['--role-name', 'a b'], 'Write the name alone, like OrganizationAccountAccessRole'],
  ])('refuses %j in one line', async (args, line) => {
    const { code, errLines } = await virtguard(['spokes', 'check', ...WHERE, ...args])
    expect([code, errLines]).toEqual([2, [expect.stringContaining(line)]])
  })
})
