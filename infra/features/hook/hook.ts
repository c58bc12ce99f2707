import { Aws, CfnLambdaHook } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { EVALUATED_TYPES } from '../../../shared/lint/readers/cloudformation/launchers.ts'
import type { Bundle } from '../../constructs/bundle.ts'
import { GuardFunction } from '../../constructs/guard-function.ts'
import { HOOK_INVOKER, readNamePrefix } from '../../constructs/names.ts'
import type { Settings } from '../../settings/context.ts'
import { HOOK_READS } from '../../settings/ec2-rights.ts'
import type { Options } from '../../settings/settings-file.ts'

export type GuardHookProps = {
  readonly bundle: Bundle
  readonly mode: NonNullable<Settings['hook']>
  readonly options: Pick<Options, 'hookUnknown' | 'hookErrors'>
  /** Of the live policy, if there is one. */
  readonly environment: Readonly<Record<string, string>>
}

// One whole processor: whoever deploys waits.
const MEMORY_MIB = 1769

/** Three words that no other hook of the account and region has. A prefix has no upper case, so that each stays different. */
const nameHook = (prefix: string | undefined): string =>
  prefix === undefined ? 'Virtguard::Launch::Hook' : `Virtguard::${prefix.replaceAll('-', 'X')}X::Hook`

/** CloudFormation assumes it to invoke this function, and nothing else. */
const createInvoker = (scope: Construct, hook: GuardFunction): Role => {
  const role = new Role(scope, HOOK_INVOKER, {
    assumedBy: new ServicePrincipal('hooks.cloudformation.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  })
  role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [hook.functionArn] }))
  return role
}

/**
 * A function that CloudFormation and Cloud Control ask before they make or change what launches, and the hook that makes
 * them ask. It may read, and nothing else. Of everything else they do not ask, so that a hook that is broken never stops the
 * repair of this stack.
 */
export const guardHook = (scope: Construct, { bundle, mode, options, environment }: GuardHookProps): GuardFunction => {
  const { hookUnknown = 'pass', hookErrors = 'pass' } = options
  const hook = new GuardFunction(scope, 'Hook', {
    description: 'Evaluates what CloudFormation and Cloud Control are about to launch',
    bundle,
    environment: { ...environment, HOOK_UNKNOWN: hookUnknown, HOOK_ERRORS: hookErrors },
    memorySize: MEMORY_MIB,
  })
  hook.mayReadEc2(HOOK_READS)
  const invoker = createInvoker(scope, hook)
  const resource = new CfnLambdaHook(scope, 'LaunchHook', {
    alias: nameHook(readNamePrefix(scope)),
    lambdaFunction: hook.functionArn,
    executionRole: invoker.roleArn,
    failureMode: mode === 'fail' ? 'FAIL' : 'WARN',
    hookStatus: 'ENABLED',
    targetOperations: ['RESOURCE', 'CLOUD_CONTROL'],
    targetFilters: {
      targets: EVALUATED_TYPES.flatMap(targetName =>
        ['CREATE', 'UPDATE'].map(action => ({ targetName, action, invocationPoint: 'PRE_PROVISION' })),
      ),
    },
  })
  // It would ask with a role that may not invoke yet, or a function that may not read.
  resource.node.addDependency(hook, invoker)
  return hook
}
