import type { Stack } from 'aws-cdk-lib'
import { CfnFunction } from 'aws-cdk-lib/aws-lambda'
import { GuardFunction } from '../constructs/guard-function.ts'
import type { Options } from '../settings/settings-file.ts'
import { listConstructs } from './walk.ts'

/** Lambda makes the network interfaces with the role of the function (its guide, "Required IAM permissions"). */
const INTERFACES = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
]

/** Runs every function in the company's subnets. */
export const applyNetwork = (stack: Stack, { vpc }: Options): void => {
  if (vpc === undefined) return
  for (const fn of listConstructs(stack, GuardFunction))
    fn.mayOnAll(INTERFACES, 'Lambda makes network interfaces with these, and names no narrower resource than all.')
  const vpcConfig = { subnetIds: vpc.subnets, securityGroupIds: vpc.securityGroups }
  for (const fn of listConstructs(stack, CfnFunction)) fn.vpcConfig = vpcConfig
}
