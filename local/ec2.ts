import { _InstanceType, RegisterImageCommand, RunInstancesCommand } from '@aws-sdk/client-ec2'
import type { Clients } from './clients.ts'
import { type Answer, readTagMembers, type Wish } from './trail.ts'

/** The EC2 that takes launches: the emulated one or, if there is none, one with invented answers. */
export type Ec2 = {
  readonly launch: (wish: Wish) => Promise<Answer>
  /** Registers an image without a word on its virtualization type, and answers its id. */
  readonly register: (name: string) => Promise<string>
}

/** EC2 as moto emulates it. */
export const createEmulatedEc2 = ({ ec2 }: Clients): Ec2 => ({
  launch: async wish => {
    const { image, instanceType, count, clientToken } = wish
    const Tags = Object.entries(readTagMembers(wish)).map(([Key, Value]) => ({ Key, Value }))
    const { ReservationId, Instances } = await ec2.send(
      new RunInstancesCommand({
        ImageId: image.imageId,
        InstanceType: instanceType,
        MinCount: count,
        MaxCount: count,
        ClientToken: clientToken,
        TagSpecifications: [{ ResourceType: 'instance', Tags }],
      }),
    )
    return {
      reservationId: ReservationId ?? '',
      instances: (Instances ?? []).map(instance => ({
        instanceId: instance.InstanceId ?? '',
        virtualizationType: instance.VirtualizationType ?? '',
        architecture: instance.Architecture ?? '',
        rootDeviceType: instance.RootDeviceType ?? '',
      })),
    }
  },
  register: async name => {
    const { ImageId } = await ec2.send(
      new RegisterImageCommand({ Name: name, Architecture: 'x86_64', RootDeviceName: '/dev/xvda' }),
    )
    return ImageId ?? ''
  },
})

/** Answers as EC2 does, if nothing can be launched. */
export function createImaginedEc2(): Ec2 {
  let made = 0
  const chooseId = (prefix: string) => {
    made += 1
    return `${prefix}-0${made.toString(16).padStart(16, '0')}`
  }
  return {
    launch: async ({ image, count }) => ({
      reservationId: chooseId('r'),
      instances: Array.from({ length: count }, () => ({
        instanceId: chooseId('i'),
        virtualizationType: image.virtualizationType,
        architecture: 'x86_64',
        rootDeviceType: 'ebs',
      })),
    }),
    register: async () => chooseId('ami'),
  }
}

/** The instance type of this name, if the SDK knows it. */
export const typeNamed = (name: string): _InstanceType | undefined =>
  Object.values(_InstanceType).find(type => type === name)
