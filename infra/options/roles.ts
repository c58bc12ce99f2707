import type { Stack } from 'aws-cdk-lib'
import { CfnRole } from 'aws-cdk-lib/aws-iam'
import type { Options } from '../settings/settings-file.ts'
import { listConstructs } from './walk.ts'

/** Gives every role the company's boundary and path. */
export const applyToRoles = (stack: Stack, { permissionsBoundary, rolePath }: Options): void => {
  for (const role of listConstructs(stack, CfnRole)) {
    if (permissionsBoundary !== undefined) role.permissionsBoundary = permissionsBoundary
    if (rolePath !== undefined) role.path = rolePath
  }
}
