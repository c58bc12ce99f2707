import { describeInstances } from './describe-instances.ts'

/** The stub's answer to one request. `action` is the call that it recognized; `unexpected` says why it refused it. */
export type Answer = {
  readonly action: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly unexpected?: string
}

type Request = { readonly target: string | undefined; readonly body: string }

/** The write that says when a region was last heard. */
export const LAST_HEARD = 'last heard'

const ACCOUNT = '123456789012'
const REQUEST_ID = '0f8fad5b-d9cb-469f-a165-70867728950e'

/**
 * Answers the few AWS calls that either side needs for its work, with bodies as AWS writes them. Every other call, and
 * one of these without a part that AWS requires, is refused and marked as unexpected.
 */
export function answerQuestion({ target, body }: Request): Answer {
  if (target !== undefined) return answerDynamo(target, body)
  const form = new URLSearchParams(body)
  const action = form.get('Action') ?? 'none'
  const write = QUERY_ANSWERS[action]
  if (write === undefined) return refuse(action, 'a call that nobody should need')
  const written = write(form)
  return typeof written === 'string' ? renderXml(action, written) : refuse(action, written.problem)
}

function answerDynamo(target: string, body: string): Answer {
  const action = target.split('.').at(1) ?? target
  if (action !== 'TransactWriteItems') return refuse(action, 'a call that nobody should need')
  const request: unknown = JSON.parse(body)
  const items = typeof request === 'object' && request !== null && 'TransactItems' in request && request.TransactItems
  if (!Array.isArray(items) || items.length === 0) return refuse(action, 'no TransactItems')
  // 2745614147 is the CRC-32 of the body, which DynamoDB always sends and clients may check.
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-crc32': '2745614147' }
  return {
    action: body.includes('#heard') ? LAST_HEARD : action,
    status: 200,
    headers: { ...headers, 'x-amzn-requestid': REQUEST_ID },
    body: '{}',
  }
}

type Written = string | { readonly problem: string }

const QUERY_ANSWERS: Readonly<Record<string, (form: URLSearchParams) => Written>> = {
  GetCallerIdentity: () =>
    wrap('GetCallerIdentity', 'https://sts.amazonaws.com/doc/2011-06-15/', [
      `<Arn>arn:aws:sts::${ACCOUNT}:assumed-role/bench/bench</Arn>`,
      '<UserId>AROAEXAMPLEEXAMPLEXYZ:bench</UserId>',
      `<Account>${ACCOUNT}</Account>`,
    ]),
  ListAccountAliases: () =>
    wrap('ListAccountAliases', 'https://iam.amazonaws.com/doc/2010-05-08/', [
      '<IsTruncated>false</IsTruncated>',
      '<AccountAliases><member>example</member></AccountAliases>',
    ]),
  Publish: form =>
    form.get('TopicArn') && form.get('Message')
      ? wrap('Publish', 'http://sns.amazonaws.com/doc/2010-03-31/', [`<MessageId>${REQUEST_ID}</MessageId>`])
      : { problem: 'no TopicArn or no Message' },
  DescribeInstances: form => {
    const ids = listIdsIn(form)
    return ids.length > 0 ? describeInstances(ids) : { problem: 'not by instance id' }
  },
  StopInstances: form => {
    const ids = listIdsIn(form)
    return ids.length > 0 ? stopInstances(ids) : { problem: 'no instance id' }
  },
}

/** By id, or by the filter for ids, as we ask. */
const listIdsIn = (form: URLSearchParams): string[] => {
  const start = form.get('Filter.1.Name') === 'instance-id' ? 'Filter.1.Value.' : 'InstanceId.'
  return [...form].filter(([key]) => key.startsWith(start)).map(([, value]) => value)
}

const wrap = (action: string, namespace: string, lines: readonly string[]): string =>
  `<${action}Response xmlns="${namespace}">
  <${action}Result>
${lines.map(line => `    ${line}`).join('\n')}
  </${action}Result>
  <ResponseMetadata>
    <RequestId>${REQUEST_ID}</RequestId>
  </ResponseMetadata>
</${action}Response>
`

function stopInstances(ids: readonly string[]): string {
  const items = ids.map(
    id => `        <item>
            <instanceId>${id}</instanceId>
            <currentState><code>64</code><name>stopping</name></currentState>
            <previousState><code>16</code><name>running</name></previousState>
        </item>`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>
<StopInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <requestId>${REQUEST_ID}</requestId>
    <instancesSet>
${items.join('\n')}
    </instancesSet>
</StopInstancesResponse>
`
}

const renderXml = (action: string, body: string): Answer => ({
  action,
  status: 200,
  headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': REQUEST_ID },
  body,
})

const refuse = (action: string, unexpected: string): Answer => ({
  action,
  status: 400,
  headers: { 'content-type': 'text/xml' },
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>UnexpectedCall</Code><Message>${unexpected}</Message></Error></ErrorResponse>`,
  unexpected,
})
