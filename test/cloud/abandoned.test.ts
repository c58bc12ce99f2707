import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { ROOT } from '../../local/root.ts'
import { describeCloud, theCloud } from './cloud.ts'
import { processesIn } from './processes.ts'

describeCloud('a local cloud whose starter is gone', () => {
  // Elsewhere there is no /proc to look into.
  const onLinux = process.platform === 'linux' ? test : test.skip
  onLinux.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'ends with it, and leaves nothing lying about, after %s',
    async signal => {
      const script = path.join(ROOT, 'test', 'cloud', 'abandoned-parent.ts')
      const parent = spawn(process.execPath, ['--import', 'tsx', script, theCloud().python], { cwd: ROOT })
      const folder = await new Promise<string>((resolve, reject) => {
        parent.stdout.on('data', chunk => resolve(`${chunk}`.trim()))
        parent.on('exit', code => reject(new Error(`it ended with ${code}`)))
      })
      expect(processesIn(folder)).toHaveLength(2)
      parent.kill(signal)
      const until = Date.now() + 10_000
      while ((existsSync(folder) || processesIn(folder).length > 0) && Date.now() < until)
        await new Promise(resolve => setTimeout(resolve, 50))
      expect(processesIn(folder)).toEqual([])
      expect(existsSync(folder)).toBe(false)
    },
    30_000,
  )
})
