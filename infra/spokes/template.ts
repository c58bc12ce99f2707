import type { AccountRegion } from '../../shared/facts/account-region.ts'
import { HUB_BUS } from './names.ts'

/** Account and region of the hub, and the organization in which it is one. */
export type Hub = AccountRegion & { readonly organizationId: string }

/** A CloudFormation template: plain data, without parameters, assets and code, so that what is reviewed is what is deployed. */
export type Template = {
  readonly AWSTemplateFormatVersion: '2010-09-09'
  readonly Description: string
  readonly Resources: Readonly<Record<string, object>>
}

type Named = {
  readonly service: string
  readonly region?: string
  /** That of the spoke by default. */
  readonly accountId?: string
  readonly resource: string
}

/** What CloudFormation fills in where the template is deployed. */
const fillIn = (name: 'Partition' | 'AccountId'): string => `\${AWS::${name}}`

export const createArn = ({ service, region = '', accountId = fillIn('AccountId'), resource }: Named) => ({
  'Fn::Sub': `arn:${fillIn('Partition')}:${service}:${region}:${accountId}:${resource}`,
})

export const createBusArn = ({ accountId, region }: Hub) =>
  createArn({ service: 'events', region, accountId, resource: `event-bus/${HUB_BUS}` })
