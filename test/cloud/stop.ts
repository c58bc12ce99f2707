// After the cloud tests: nothing is left of the local cloud.
import { running } from './running.ts'

async function stop(): Promise<void> {
  for (const end of running) await end()
}

// biome-ignore lint/style/noDefaultExport: this is how jest takes it
export default stop
