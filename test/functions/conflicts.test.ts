import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { conflict } from '../support/cloud/dynamodb-errors.ts'
import { comeToRest } from '../support/simulation/drive.ts'
import { listBrokenInvariants } from '../support/simulation/invariants.ts'
import type { Invocation } from '../support/simulation/turns.ts'
import { simulatedWorld } from '../support/simulation/world.ts'
import { answering, OK, put } from './notify/sending.ts'
import { finding, world } from './notify/world.ts'

// Whoever met somebody waits a little, in real time.
beforeAll(() => {
  jest.spyOn(globalThis, 'setTimeout').mockImplementation(callback => setImmediate(callback) as never)
})
afterAll(() => {
  jest.restoreAllMocks()
})

const isWrite = (call: string): boolean => /^(Update|Put|Delete|TransactWrite)/.test(call)

/** The first try of each write meets another write of the same rows. */
const meetingOthers = () => {
  let isSecond = true
  return (call: string): boolean => {
    if (!isWrite(call)) return false
    isSecond = !isSecond
    return !isSecond
  }
}

describe('if every write meets another of the same rows', () => {
  test('launches are alerted, stopped and swept as ever, and no message of Evaluate, Confirm, Enforce or Sweep is delivered again', async () => {
    const game = {
      world: simulatedWorld(),
      invocations: [] as Invocation[],
      options: { faults: false, twice: false, people: false, exemptions: false },
    }
    const meets = meetingOthers()
    const fate = (call: string) => (meets(call) ? 'conflict' : 'done')
    game.world.ec2.launch(3, [3])
    await comeToRest(game, fate)
    game.world.advance(86_400, 1)
    game.world.sweep()
    await comeToRest(game, fate)
    expect(listBrokenInvariants(game.world, { exemptions: false })).toEqual([])
    expect(game.world.stopCalls.filter(({ took }) => took).length).toBeGreaterThan(0)
    expect(game.invocations.filter(({ end }) => end !== 'done').map(({ label }) => label)).toEqual([])
  })

  test('alerts reach a channel as ever, and no message of Notify is delivered again', async () => {
    const { jobs, sender } = answering(OK)
    const meets = meetingOthers()
    const channel = world({
      sender,
      around: async (call, name) => {
        if (meets(name)) throw conflict(name)
        return call()
      },
    })
    put(channel, finding(1), finding(2))
    await channel.queue.run(channel.handle)
    expect(jobs.length).toBeGreaterThan(0)
    expect(channel.logged.filter(line => line.includes('comes back by itself'))).toEqual([])
  })
})
