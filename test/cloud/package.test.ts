// A cloud of its own, on which the stack is deployed as whoever has no CDK does it: by calls to S3 and CloudFormation alone.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { type Cloud, createCalls, startCloud } from '../../local/cloud.ts'
import { createStack } from '../../local/deploy.ts'
import { launchRecord } from '../../local/trail.ts'
import { runCommand } from '../support/installed-command.ts'
import { describeCloud, theCloud } from './cloud.ts'
import { type Stage, stageOn } from './stage.ts'

jest.setTimeout(180_000)

const BUCKET = 'company-artifacts'
const PREFIX = 'guards/'

/** With each setting of a company that needs nothing which the local cloud does not have. */
const SETTINGS = `version: 1
addresses: [user@example.com]
namePrefix: team-a
tags: { team: platform }
rolePath: /guards/
logRetention: 365
deletionProtection: true
dailySweep: rule
`

const packageStack = async (folder: string): Promise<string> => {
  const settings = path.join(folder, 'deploy.yaml')
  writeFileSync(settings, SETTINGS)
  const packed = path.join(folder, 'packed')
  const args = ['--settings', settings, '--bucket', BUCKET, '--prefix', PREFIX, '--output', packed]
  const { code, err } = await runCommand(['package', ...args], process.env)
  if (code !== 0) throw new Error(err)
  return packed
}

describeCloud('a stack that is packaged and deployed without the CDK', () => {
  let own: Cloud
  let stage: Stage

  beforeAll(async () => {
    const { python } = theCloud()
    own = await startCloud({
      python,
      email: 'user@example.com',
      say: () => undefined,
      prepare: async folder => {
        const packed = await packageStack(folder)
        return async clients => {
          await clients.s3.send(new CreateBucketCommand({ Bucket: BUCKET }))
          for (const name of readdirSync(packed)) {
            const Body = readFileSync(path.join(packed, name))
            await clients.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `${PREFIX}${name}`, Body }))
          }
          const TemplateURL = `https://s3.amazonaws.com/${BUCKET}/${PREFIX}template.json`
          return createStack(clients, 'team-a-Virtguard', { TemplateURL })
        }
      },
    })
    stage = await stageOn({ ...own, python, calls: () => createCalls(own.folder) })
  })
  afterAll(() => own?.stop())

  test('alerts a launch that violates the policy, and records it', async () => {
    const launched = await stage.launch('pv')
    await stage.report(launchRecord(launched.wish, launched.answer))
    const [alert, ...more] = await stage.alerts(launched.answer.reservationId, 1)
    expect(more).toEqual([])
    expect(alert?.alert.rules).toContain('paravirtual-instance')
    expect(new Set((await stage.rows(launched.answer)).map(({ state }) => state))).toEqual(new Set(['ALERTED']))
  })
})
