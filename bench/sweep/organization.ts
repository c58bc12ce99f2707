/** AWS as an organization sees it: its accounts, their roles and their regions. */
import type { Fleet } from './fleet.ts'

const FIRST = 100_000_000_000

/** The id of an account by its number. */
export const nameAccount = (account: number): string => String(FIRST + account)

/** The number of the account that a request is made in, by the key that its role was given; 0 for the caller's own. */
export const readAccount = (authorization: string | undefined): number =>
  Number(/Credential=AKIA(\d{12})\//.exec(authorization ?? '')?.[1] ?? FIRST) - FIRST

const STS = 'https://sts.amazonaws.com/doc/2011-06-15/'

const assumeRole = (form: URLSearchParams): string => {
  const id = form.get('RoleArn')?.split(':')[4] ?? ''
  const user = `<Arn>arn:aws:sts::${id}:assumed-role/audit/bench</Arn><AssumedRoleId>AROAEXAMPLEEXAMPLEXYZ:bench</AssumedRoleId>`
  const keys = `<AccessKeyId>AKIA${id}</AccessKeyId><SecretAccessKey>bench</SecretAccessKey><SessionToken>bench</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>`
  return `<AssumeRoleResponse xmlns="${STS}"><AssumeRoleResult><AssumedRoleUser>${user}</AssumedRoleUser><Credentials>${keys}</Credentials></AssumeRoleResult></AssumeRoleResponse>`
}

const describeRegions = ({ regions }: Fleet): string =>
  `<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><regionInfo>${regions.map(name => `<item><regionName>${name}</regionName><optInStatus>opt-in-not-required</optInStatus></item>`).join('')}</regionInfo></DescribeRegionsResponse>`

const PAGE = 20

/** At most 20 a page, as Organizations gives them. */
const listAccounts = ({ accounts = 0 }: Fleet, body: string): string => {
  const from = Number(JSON.parse(body).NextToken ?? 0)
  const numbers = Array.from({ length: Math.min(PAGE, accounts - from) }, (_, index) => from + index)
  const Accounts = numbers.map(number => ({ Id: nameAccount(number), Name: `account-${number}`, State: 'ACTIVE' }))
  return JSON.stringify({ Accounts, ...(from + PAGE < accounts && { NextToken: String(from + PAGE) }) })
}

/** What is answered to a call of Organizations, of STS or for the regions. Undefined for every other call. */
export const answerOrganization = (
  fleet: Fleet,
  { action, form, body }: { readonly action: string; readonly form: URLSearchParams; readonly body: string },
): string | undefined => {
  if (action === 'AssumeRole') return assumeRole(form)
  if (action === 'DescribeRegions') return describeRegions(fleet)
  return action === 'ListAccounts' ? listAccounts(fleet, body) : undefined
}
