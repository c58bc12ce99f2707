import { spawn } from 'node:child_process'
import { createImaginedEc2 } from './ec2.ts'
import { ROOT } from './root.ts'
import { SCENES } from './scenes.ts'

/** Shows the same launches through `virtguard replay`, if there is no local cloud. Returns the exit code. */
export async function replayInstead(policy: string): Promise<number> {
  const ec2 = createImaginedEc2()
  // Without a ledger, each report would be alerted again: one of each is enough.
  const reports = await Promise.all(SCENES.map(async scene => (await scene.act(ec2))[0]))
  return new Promise((resolve, reject) => {
    const args = ['--import', 'tsx', 'cli/main.ts', 'replay', '-', '--policy', policy, '--format', 'table']
    const replay = spawn(process.execPath, args, { cwd: ROOT, stdio: ['pipe', 'inherit', 'inherit'] })
    replay.on('error', reject)
    // Exit code 1 says that there are findings, which is the purpose here.
    replay.on('close', code => resolve(code === 1 ? 0 : (code ?? 1)))
    replay.stdin.end(reports.map(report => `${JSON.stringify(report)}\n`).join(''))
  })
}
