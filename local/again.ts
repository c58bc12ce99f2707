// Uses a local cloud that `npm start -- --keep` left up: launches something there, or carries recorded events to it.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { UserError } from '../shared/errors.ts'
import { anEnvelope } from '../test/support/builders.ts'
import { carry, type Envelope } from './carry.ts'
import { type Clients, createClients, type Endpoints } from './clients.ts'
import { createEmulatedEc2, typeNamed } from './ec2.ts'
import { HVM_IMAGE, NO_ENA_IMAGE, PV_IMAGE } from './images.ts'
import { isolateProcess } from './isolation.ts'
import { KEPT_FILE } from './keep.ts'
import { createRunningNotifications, createWish, launchRecord } from './trail.ts'

const USAGE = 'npx tsx local/again.ts launch pv|hvm|no-ena TYPE [COUNT], or: npx tsx local/again.ts carry FILE'
const IMAGES = { pv: PV_IMAGE, hvm: HVM_IMAGE, 'no-ena': NO_ENA_IMAGE }

async function runMain([command, ...args]: readonly string[]): Promise<void> {
  const reports = command === 'carry' ? readRecorded(args) : undefined
  if (!reports && command !== 'launch') throw new UserError(`usage: ${USAGE}`)
  const clients = createClients(readKeptCloud())
  try {
    const all = reports ?? (await createLaunched(args, clients))
    const taken = await Promise.all(all.map(report => carry(report, clients)))
    process.stdout.write(
      `${all.length} reports, ${taken.reduce((sum, one) => sum + one, 0)} matched by the deployed rules\n`,
    )
  } finally {
    clients.close()
  }
}

async function createLaunched([kind = '', type = '', count = '1']: readonly string[], clients: Clients) {
  const image = Object.entries(IMAGES).find(([name]) => name === kind)?.[1]
  const instanceType = typeNamed(type)
  if (!image || !instanceType || !/^[1-9]\d{0,2}$/.test(count)) throw new UserError(`usage: ${USAGE}`)
  const wish = createWish({ image, instanceType, count: Number(count), name: 'again' })
  const answer = await createEmulatedEc2(clients).launch(wish)
  return [launchRecord(wish, answer), ...createRunningNotifications(answer)]
}

/** Envelopes, or bare CloudTrail records, which get an envelope. */
function readRecorded([file = '']: readonly string[]): readonly Envelope[] {
  if (!existsSync(file)) throw new UserError(`there is no file ${file}; usage: ${USAGE}`)
  return listValues(readFileSync(file, 'utf8'), file)
    .flatMap(value => (Array.isArray(value['Records']) ? value['Records'] : [value]))
    .map(value => (value['detail-type'] ? value : anEnvelope(value)))
}

function listValues(text: string, file: string) {
  try {
    return [JSON.parse(text)]
  } catch {
    try {
      return text.split('\n').flatMap(line => (line.trim() === '' ? [] : [JSON.parse(line)]))
    } catch (error) {
      throw new UserError(
        `${file} is neither JSON nor a JSON value a line: ${error instanceof Error ? error.message : error}`,
      )
    }
  }
}

function readKeptCloud(): Endpoints {
  if (!existsSync(KEPT_FILE)) throw new UserError('no local cloud is up: start one with npm start -- --keep')
  return JSON.parse(readFileSync(KEPT_FILE, 'utf8'))
}

const scratch = mkdtempSync(path.join(tmpdir(), 'virtguard-'))
isolateProcess(process.env, scratch)
runMain(process.argv.slice(2))
  .catch(error => {
    if (!(error instanceof UserError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 2
  })
  .finally(() => rmSync(scratch, { recursive: true }))
