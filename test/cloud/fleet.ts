/** An EC2 of its own with a fleet in two accounts and three regions, for scans: the deployed clouds know nothing of it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import {
  type _InstanceType,
  DeregisterImageCommand,
  EC2Client,
  RegisterImageCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { HVM_IMAGE, IMAGES, NO_ENA_IMAGE, PV_IMAGE, readMotoImages } from '../../local/images.ts'
import { buildEmulatorEnvironment } from '../../local/isolation.ts'
import { freePorts } from '../../local/ports.ts'
import { ROOT } from '../../local/root.ts'

export const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2'] as const
export const ACCOUNTS = ['123456789012', '210987654321'] as const

export const roleIn = (account: string): string => `arn:aws:iam::${account}:role/audit`

export type Fleet = { readonly url: string; readonly stop: () => Promise<void> }

// moto takes the account from the credentials, unless its environment names one; without any it is 123456789012.
/** Starts moto; throws with what it said where it does not answer within half a minute. */
export const startFleet = async (python: string, folder: string): Promise<Fleet> => {
  const { ec2: port } = await freePorts()
  const images = path.join(folder, 'fleet-images.json')
  writeFileSync(images, readMotoImages(ACCOUNTS[0]))
  const server = spawn(python, [path.join(ROOT, 'local', 'moto_server.py'), '-H', '127.0.0.1', '-p', `${port}`], {
    env: {
      ...buildEmulatorEnvironment(folder),
      MOTO_AMIS_PATH: images,
      ENA_IMAGES: IMAGES.filter(({ enaSupport }) => enaSupport)
        .map(({ imageId }) => imageId)
        .join(),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const url = `http://127.0.0.1:${port}`
  await answering(server, `${url}/moto-api/`)
  const stop = async () => {
    const ended = new Promise(resolve => server.once('close', resolve))
    server.kill()
    await ended
  }
  return { url, stop }
}

const answering = async (server: ChildProcess, url: string): Promise<void> => {
  let said = ''
  server.stderr?.on('data', chunk => {
    said = `${said}${chunk}`.slice(-2000)
  })
  for (let tries = 0; tries < 300; tries += 1) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  server.kill()
  throw new Error(`moto does not answer: ${said}`)
}

/** A client for one region of one account, through its role. */
export const clientIn = async (url: string, account: string, region: string): Promise<EC2Client> => {
  const sts = new STSClient({ endpoint: url, region })
  const { Credentials: given } = await sts.send(
    new AssumeRoleCommand({ RoleArn: roleIn(account), RoleSessionName: 'fleet' }),
  )
  const credentials = {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  }
  return new EC2Client({ endpoint: url, region, credentials })
}

type Kind = readonly [imageId: string, instanceType: _InstanceType, count: number]

const KINDS: readonly Kind[] = [
  [HVM_IMAGE.imageId, 'm5.large', 320],
  [HVM_IMAGE.imageId, 'c5.large', 170],
  [HVM_IMAGE.imageId, 't3.micro', 110],
  [HVM_IMAGE.imageId, 'i3.large', 40],
  [NO_ENA_IMAGE.imageId, 't2.micro', 70],
  [PV_IMAGE.imageId, 'm1.small', 60],
  [PV_IMAGE.imageId, 'm3.medium', 40],
  [PV_IMAGE.imageId, 'c3.large', 30],
]

/** How many instances are launched in each region of each account: these, and 20 whose image is gone. */
export const LAUNCHED = KINDS.reduce((sum, [, , count]) => sum + count, 20)

/** Of each kind so many are terminated again. */
const TERMINATED = 3

const launch = async (client: EC2Client, [imageId, instanceType, count]: Kind): Promise<void> => {
  const { Instances = [] } = await client.send(
    new RunInstancesCommand({ ImageId: imageId, InstanceType: instanceType, MinCount: count, MaxCount: count }),
  )
  const InstanceIds = Instances.slice(0, TERMINATED).map(({ InstanceId }) => InstanceId ?? '')
  await client.send(new TerminateInstancesCommand({ InstanceIds }))
}

/** Launches the fleet of one region; some of an image that is deregistered afterwards. */
export const populate = async (client: EC2Client): Promise<void> => {
  for (const kind of KINDS) await launch(client, kind)
  const { ImageId = '' } = await client.send(
    new RegisterImageCommand({
      Name: 'soon-gone',
      VirtualizationType: 'hvm',
      Architecture: 'x86_64',
      RootDeviceName: '/dev/xvda',
    }),
  )
  await launch(client, [ImageId, 't2.small', 20])
  await client.send(new DeregisterImageCommand({ ImageId }))
}
