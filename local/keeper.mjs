// Runs the emulators, and ends them on request or when its parent process has ended in any way: its standard input then
// ends. The first line of the input says what to start: {folder, servers: [{name, command, args, env}]}.
// A line "keep" leaves the folder with its logs; else it is removed, with the key of its certificate.
import { spawn, spawnSync } from 'node:child_process'
import { createWriteStream, rmSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'

let folder
let keep = false
const running = []

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end)
// The reader has ended: the input ends as well.
process.stdout.on('error', () => {})

const input = createInterface({ input: process.stdin })
input.on('line', line => {
  if (line === 'keep') keep = true
  else if (!folder) start(JSON.parse(line))
})
input.on('close', end)

function start(told) {
  folder = told.folder
  for (const { name, command, args, env } of told.servers) {
    // In a process group of its own, so that the functions it starts can be ended with it.
    const child = spawn(command, args, { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    const log = createWriteStream(path.join(folder, `${name}.log`))
    child.stdout.pipe(log, { end: false })
    child.stderr.pipe(log, { end: false })
    child.on('error', error => process.stdout.write(`${name} cannot be started: ${error.message}\n`))
    child.on('exit', code => process.stdout.write(`${name} ended by itself with exit code ${code}\n`))
    if (child.pid) running.push(child)
  }
}

function end() {
  for (const child of running) {
    child.removeAllListeners('exit')
    // Their data is not worth a gentle end.
    if (process.platform === 'win32') spawnSync('taskkill', ['/pid', `${child.pid}`, '/t', '/f'])
    else killGroup(child.pid)
  }
  if (folder && !keep) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  process.exit(0)
}

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The process group has ended already.
  }
}
