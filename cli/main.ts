import { type Io, streamOutput } from './io.ts'
import { run } from './program.ts'

const { stdin, stdout, stderr, env } = process

let exitCodeSoFar = (): number => 0

// Whoever reads has seen enough, as `head` does: no more can be said, and that is no error.
const onBrokenPipe = (error: Error): void => {
  if ('code' in error && error.code === 'EPIPE') process.exit(exitCodeSoFar())
  throw error
}
stdout.on('error', onBrokenPipe)
stderr.on('error', onBrokenPipe)

const io: Io = {
  stdin,
  out: streamOutput(stdout, env),
  err: streamOutput(stderr, env),
  now: () => new Date(),
  onBrokenPipe: exitCode => {
    exitCodeSoFar = exitCode
  },
}

process.exitCode = await run(process.argv.slice(2), io)
