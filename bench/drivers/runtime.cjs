// Imitates AWS Lambda's Node runtime for one function, in a fresh process: loads FOLDER/index.js, says that it is ready,
// then hands each given event to the handler, one after another, and says how long each took: on the clock, and of
// processors. The reader subtracts the time of the endpoint's answers from the clock.
// Without a folder it only says that it is ready: the bare runtime. It loads what AWS's runtime client loads before any
// function, and nothing more: `http` and `net` (src/RAPIDClient.js and src/ResponseStream.js of
// aws/aws-lambda-nodejs-runtime-interface-client).
// Commands come as lines on descriptor 0, answers go as lines to descriptor 3; both are read and written synchronously,
// so between commands the process stands still, as a frozen sandbox does.

const { readSync, writeSync } = require('node:fs')
require('node:http')
require('node:net')

const folder = process.argv[2]
const handler = folder === undefined ? undefined : require(`${folder}/index.js`).handler
const say = answer => writeSync(3, `${JSON.stringify(answer)}\n`)

const cpuMs = since => {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}

let pending = ''
const chunk = Buffer.alloc(1 << 16)
function nextLine() {
  while (!pending.includes('\n')) {
    const length = readSync(0, chunk, 0, chunk.length, null)
    if (length === 0) return undefined
    pending += chunk.toString('utf8', 0, length)
  }
  const end = pending.indexOf('\n')
  const line = pending.slice(0, end)
  pending = pending.slice(end + 1)
  return line
}

let invocation = 0
function context() {
  invocation += 1
  const end = Date.now() + 60_000
  const name = process.env.AWS_LAMBDA_FUNCTION_NAME
  return {
    awsRequestId: `00000000-0000-4000-8000-${String(invocation).padStart(12, '0')}`,
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'bench',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => end - Date.now(),
  }
}

async function main() {
  say({ ready: true, cpu: cpuMs() })
  for (let line = nextLine(); line !== undefined; line = nextLine()) {
    const ms = []
    const cpu = []
    const results = []
    for (const event of JSON.parse(line)) {
      const before = process.cpuUsage()
      const start = process.hrtime.bigint()
      results.push(await handler(event, context()))
      ms.push(Number(process.hrtime.bigint() - start) / 1e6)
      cpu.push(cpuMs(before))
    }
    say({ ms, cpu, results })
  }
}

main().then(
  () => process.exit(0),
  error => {
    console.error(error)
    process.exit(1)
  },
)
