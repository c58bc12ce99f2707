import {
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  type StackResource,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation'
import { UserError } from '../shared/errors.ts'
import { uploadAssets } from './assets.ts'
import { buildBootstrapTemplate } from './bootstrap.ts'
import type { Clients } from './clients.ts'
import type { Assembly } from './synthesize.ts'

export type Deployed = {
  readonly list: readonly StackResource[]
  readonly outputs: Readonly<Record<string, string>>
  /** See `findPhysicalId`. */
  readonly idOf: (name: string, type: string) => string
}

const PATIENCE_MS = 60_000

/**
 * Deploys the synthesized stack with the rights of the local cloud's root. Throws a UserError with the failed resource.
 */
export async function deploy(assembly: Assembly, clients: Clients, python: string): Promise<Deployed> {
  const { assets, template } = assembly
  const TemplateBody = buildBootstrapTemplate(assets.map(({ bucket }) => bucket))
  await createStack(clients, 'CDKToolkit', { TemplateBody })
  await uploadAssets(assets, clients, python)
  // Larger than the limit of the request.
  return createStack(clients, 'Virtguard', {
    TemplateURL: `https://s3.amazonaws.com/${template.bucket}/${template.key}`,
  })
}

const CAPABILITIES = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'] as const

type Template = { readonly TemplateBody: string } | { readonly TemplateURL: string }

/** Creates a stack and waits until it is there. Throws a UserError with the failed resource. */
export async function createStack(clients: Clients, name: string, template: Template): Promise<Deployed> {
  await clients.cloudFormation.send(
    new CreateStackCommand({ StackName: name, ...template, Capabilities: [...CAPABILITIES] }),
  )
  return waitUntilDone(clients, name, 'CREATE')
}

/** Gives a stack another template and waits until it has it. Throws a UserError with the failed resource. */
export async function updateStack(clients: Clients, name: string, template: Template): Promise<Deployed> {
  await clients.cloudFormation.send(
    new UpdateStackCommand({ StackName: name, ...template, Capabilities: [...CAPABILITIES] }),
  )
  return waitUntilDone(clients, name, 'UPDATE')
}

async function waitUntilDone(clients: Clients, name: string, change: 'CREATE' | 'UPDATE'): Promise<Deployed> {
  const going = new RegExp(`^${change}_(?:COMPLETE_CLEANUP_)?IN_PROGRESS$`)
  const until = Date.now() + PATIENCE_MS
  while (Date.now() < until) {
    const { Stacks } = await clients.cloudFormation.send(new DescribeStacksCommand({ StackName: name }))
    const stack = Stacks?.[0]
    if (stack?.StackStatus === `${change}_COMPLETE`) return describeDeployed(clients, name, stack.Outputs ?? [])
    if (!going.test(stack?.StackStatus ?? '')) break
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new UserError(`the stack ${name} was not deployed on the local cloud: ${await describeFailure(clients, name)}`)
}

type Output = { readonly OutputKey?: string | undefined; readonly OutputValue?: string | undefined }

async function describeDeployed(
  { cloudFormation }: Clients,
  name: string,
  outputs: readonly Output[],
): Promise<Deployed> {
  const { StackResources } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName: name }))
  const resources = StackResources ?? []
  return {
    list: resources,
    outputs: Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue ?? ''])),
    idOf: (name, type) => findPhysicalId(resources, name, type),
  }
}

/** The physical id of the one resource with this type whose logical id is the name, with the hash that CDK puts behind it. */
export function findPhysicalId(resources: readonly StackResource[], name: string, type: string): string {
  const named = new RegExp(`^${name}[0-9A-F]{8}$`)
  const found = resources.filter(one => one.ResourceType === type && named.test(one.LogicalResourceId ?? ''))
  const id = found.length === 1 ? found[0]?.PhysicalResourceId : undefined
  if (id === undefined) throw new Error(`the stack has ${found.length} resources of type ${type} named ${name}`)
  return id
}

async function describeFailure({ cloudFormation }: Clients, name: string): Promise<string> {
  const { StackEvents } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName: name }))
  const failed = (StackEvents ?? []).filter(event => event.ResourceStatus?.endsWith('_FAILED'))
  const lines = failed.map(event => `${event.LogicalResourceId}: ${event.ResourceStatusReason ?? event.ResourceStatus}`)
  return lines.length > 0 ? lines.join('; ') : `it did not say why within ${PATIENCE_MS / 1000} s`
}
