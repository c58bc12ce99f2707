import { expect, test } from '@jest/globals'
import { launchRecord } from '../../local/trail.ts'
import { virtguard } from './cli.ts'
import { theCloud } from './cloud.ts'
import { stageOn } from './stage.ts'

export const wouldStopTests = (): void => {
  test('the stops that a rule would have made are counted, and which of them belong to a group', async () => {
    const cloud = theCloud()
    const stage = await stageOn(cloud)
    const alone = await stage.launch('pv')
    const member = await stage.launch('pv')
    await stage.report(
      launchRecord(alone.wish, alone.answer),
      launchRecord(member.wish, member.answer, { tags: { 'aws:autoscaling:groupName': 'web-asg' } }),
    )
    const [first] = await stage.alerts(alone.answer.reservationId, 1)
    expect(first?.alert.decision).toBe('would-stop')
    const [second] = await stage.alerts(member.answer.reservationId, 1)
    expect(second?.alert.decision).toBe('refuse')
    const asked = ['findings', '--would-stop', '--since', '7d', '--format', 'table']
    const { code, out, err } = await virtguard(cloud, asked)
    expect(code).toBe(0)
    expect(out + err).toMatch(/Auto Scaling/)
  })
}
