// Requests as the documents of AWS show them: for a resource of a stack, and for one of Cloud Control.
type Json = Readonly<Record<string, unknown>>

export const TOKEN = '4b90a7e4-b790-456b-a937-0cfdfa211dfe'
const STACK = 'arn:aws:cloudformation:us-east-1:123456789012:stack/web/6f1a2b30-0000-11ee-8c99-0242ac120002'

type Asked = {
  readonly type: string
  readonly properties: Json
  readonly previous?: Json
  readonly id?: string
  readonly point?: 'CREATE_PRE_PROVISION' | 'UPDATE_PRE_PROVISION' | 'DELETE_PRE_PROVISION'
}

/** The request for a resource of a stack. */
export const ofStack = ({ type, properties, previous, id = 'Web', point = 'CREATE_PRE_PROVISION' }: Asked) => ({
  clientRequestToken: TOKEN,
  awsAccountId: '123456789012',
  stackId: STACK,
  changeSetId: null,
  hookTypeName: 'Virtguard::Launch::Hook',
  hookTypeVersion: '00000001',
  hookModel: { LambdaFunction: 'arn:aws:lambda:us-east-1:123456789012:function:Hook' },
  actionInvocationPoint: point,
  requestData: {
    targetName: type,
    targetType: type,
    targetLogicalId: id,
    targetModel: { resourceProperties: properties, previousResourceProperties: previous ?? null },
  },
  requestContext: { invocation: 1, callbackContext: null },
})

/** The request for a resource that somebody makes by Cloud Control: no stack, and `targetType` says so. */
export const ofCloudControl = (asked: Asked) => {
  const request = ofStack(asked)
  return {
    ...request,
    stackId: '',
    requestData: { ...request.requestData, targetType: 'RESOURCE', targetLogicalId: '' },
  }
}

/** The same request in the other spelling of the documents. */
export const inOtherSpelling = ({ clientRequestToken, stackId, ...request }: ReturnType<typeof ofStack>) => ({
  ...request,
  clientRequesttoken: clientRequestToken,
  stackID: stackId,
})

/** The same request with upper case at the beginning of each key, but for those of the resource. */
export const inPascalCase = (value: unknown, key = ''): unknown => {
  if (key === 'resourceProperties' || key === 'previousResourceProperties') return value
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name[0]?.toUpperCase() + name.slice(1), inPascalCase(part, name)]),
  )
}

/** The request for a whole stack: the template is at an address. */
export const ofWholeStack = (payload: string) => ({
  ...ofStack({ type: 'STACK', properties: {} }),
  requestData: { targetName: 'STACK', targetType: 'STACK', targetLogicalId: STACK, payload },
})
