import { userInfo } from 'node:os'
import { type Io, streamOutput } from './output/io.ts'
import { run } from './program.ts'

const { stdin, stdout, stderr, env } = process

let exitCodeSoFar = (): number => 0

// The reader has seen enough, as `head` has. Nothing more can be written, and that is no error.
const handleBrokenPipe = (error: Error): void => {
  if ('code' in error && error.code === 'EPIPE') process.exit(exitCodeSoFar())
  throw error
}
stdout.on('error', handleBrokenPipe)
stderr.on('error', handleBrokenPipe)

// In a container the number of a user may have no name.
const getLoginName = (): string => {
  try {
    return userInfo().username
  } catch {
    return env['USER'] ?? 'not known'
  }
}

const io: Io = {
  stdin,
  out: streamOutput(stdout, env),
  err: streamOutput(stderr, env),
  now: () => new Date(),
  user: getLoginName,
  onBrokenPipe: exitCode => {
    exitCodeSoFar = exitCode
  },
}

process.exitCode = await run(process.argv.slice(2), io)
