import { autoScalingGroup } from './door-auto-scaling-group.ts'
import { createNodegroup } from './door-create-nodegroup.ts'
import { modifyInstanceAttribute } from './door-modify-instance-attribute.ts'
import { requestSpotInstances } from './door-request-spot-instances.ts'
import { runInstances } from './door-run-instances.ts'
import { startInstances } from './door-start-instances.ts'
import type { Door } from './refusal.ts'

export const EC2 = 'ec2.amazonaws.com'
export const AUTO_SCALING = 'autoscaling.amazonaws.com'
export const EKS = 'eks.amazonaws.com'
/** The call that succeeds with its refusals inside. */
export const CREATE_FLEET = 'CreateFleet'

type CallDoor = { readonly eventSource: string; readonly door: Door }

/** Every call that may be refused because image and type do not fit, by its name. */
const CALL_DOORS: Readonly<Record<string, CallDoor>> = {
  RunInstances: { eventSource: EC2, door: runInstances },
  StartInstances: { eventSource: EC2, door: startInstances },
  ModifyInstanceAttribute: { eventSource: EC2, door: modifyInstanceAttribute },
  RequestSpotInstances: { eventSource: EC2, door: requestSpotInstances },
  CreateAutoScalingGroup: { eventSource: AUTO_SCALING, door: autoScalingGroup },
  UpdateAutoScalingGroup: { eventSource: AUTO_SCALING, door: autoScalingGroup },
  CreateNodegroup: { eventSource: EKS, door: createNodegroup },
}

/** The door of a call by its name; undefined where it is none. */
export const findDoor = (name: string): CallDoor | undefined =>
  Object.hasOwn(CALL_DOORS, name) ? CALL_DOORS[name] : undefined

/** The calls of a service that are doors. */
export const listDoors = (eventSource: string): readonly string[] =>
  Object.entries(CALL_DOORS).flatMap(([name, door]) => (door.eventSource === eventSource ? [name] : []))
