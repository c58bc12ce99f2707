// One test file on jest's own engine (circus), kept loaded to be run again and again.
import path from 'node:path'
import { jestExpect } from '@jest/expect'
import * as circus from 'jest-circus'
import { ModuleMocker } from 'jest-mock'
import { createMockedClients } from './mocked-clients.ts'
import type { LoadModule } from './modules.ts'
import { attributeTo } from './switchboard.ts'

type Block = circus.State['rootDescribeBlock']
type Entry = Block['tests'][number]

/** The coverage that all tests of a file have in common. */
export const LOADING = 'while the file is loaded'
export const HOOKS = 'in beforeAll'
const AFTERWARDS = 'after a test'

export interface Failure {
  readonly testId: string
  readonly message: string
  readonly timedOut: boolean
}

export interface TestFile {
  readonly file: string
  /** Runs the chosen tests, or all. Ends at the first failure if that is enough. */
  run(chosen: ReadonlySet<string> | 'all', ending: 'at a failure' | 'at the end'): Promise<Run>
}

export interface Run {
  readonly failure: Failure | undefined
  /** The processor time that each test took, in milliseconds: the same on a busy machine. */
  readonly durations: ReadonlyMap<string, number>
}

/** The time limit of a test, from its time without a mutant. */
export type Allowance = (testId: string) => number | undefined

let handleEvent: (event: circus.Event) => unknown = () => undefined
circus.addEventHandler((event: circus.Event) => void handleEvent(event))

const strays: unknown[] = []
process.on('unhandledRejection', error => strays.push(error))
process.on('uncaughtException', error => strays.push(error))

const pristine = { ...process.env }

/** Loads a test file of the project at `root`. Throws what it throws. */
export function openTestFile(
  root: string,
  file: string,
  loaderFor: (replaced: ReadonlyMap<string, unknown>) => LoadModule,
  allowance: Allowance,
): TestFile {
  circus.resetState()
  const state = circus.getState()
  const clients = createMockedClients()
  setEnvironment(pristine)
  attributeTo(LOADING)
  try {
    const replaced = new Map<string, unknown>([
      ['@jest/globals', createGlobals(state)],
      ['aws-sdk-client-mock', clients.library],
    ])
    loaderFor(replaced)(path.join(root, file))
  } finally {
    attributeTo(AFTERWARDS)
    clients.takeOff()
  }
  const tests = nameTests(file, state.rootDescribeBlock)
  const modes = new Map([...renderBlocks(state.rootDescribeBlock), ...tests.keys()].map(each => [each, each.mode]))
  const environment = { ...process.env }
  setEnvironment(pristine)
  return {
    file,
    run: async (chosen, ending) => {
      setEnvironment(environment)
      clients.putOn()
      circus.setState(state)
      try {
        choose(state.rootDescribeBlock, modes, test => chosen === 'all' || chosen.has(tests.get(test) ?? ''))
        for (const [test, id] of tests)
          Object.assign(test, { errors: [], duration: null, timeout: allowance(id) ?? test.timeout })
        return await runChosen(state, tests, ending)
      } finally {
        clients.takeOff()
        setEnvironment(pristine)
      }
    },
  }
}

async function runChosen(
  state: circus.State,
  tests: ReadonlyMap<Entry, string>,
  ending: 'at a failure' | 'at the end',
): Promise<Run> {
  strays.length = 0
  state.unhandledErrors = []
  const durations = new Map<string, number>()
  let last = ''
  let started = process.cpuUsage()
  handleEvent = event => {
    switch (event.name) {
      case 'hook_start':
        return event.hook.type === 'beforeAll' && attributeTo(HOOKS)
      case 'hook_success':
        return event.hook.type === 'beforeAll' && attributeTo(AFTERWARDS)
      case 'test_start':
        last = tests.get(event.test) ?? ''
        started = process.cpuUsage()
        return attributeTo(last)
      case 'test_skip':
        return attributeTo(AFTERWARDS)
      case 'test_done':
        durations.set(last, process.cpuUsage(started).user / 1000)
        if (ending === 'at a failure' && event.test.errors.length > 0) skipAll(tests.keys())
        return attributeTo(AFTERWARDS)
    }
  }
  await circus.run()
  // Unhandled rejections are known one turn of the event loop later.
  await new Promise(setImmediate)
  handleEvent = () => undefined
  return { failure: findFailure(state, tests, last), durations }
}

function findFailure(state: circus.State, tests: ReadonlyMap<Entry, string>, last: string): Failure | undefined {
  for (const [test, testId] of tests)
    if (test.errors.length > 0) {
      const timedOut = (test.duration ?? 0) >= (test.timeout ?? state.testTimeout)
      return { testId, message: describeError(test.errors[0]), timedOut }
    }
  const [stray] = [...state.unhandledErrors, ...strays]
  return stray === undefined ? undefined : { testId: last, message: describeError(stray), timedOut: false }
}

function describeError(error: unknown): string {
  if (Array.isArray(error)) return describeError(error[0] ?? error[1])
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function createGlobals(state: circus.State): unknown {
  const { describe, test, it, beforeAll, beforeEach, afterAll, afterEach } = circus
  const mocker = new ModuleMocker(globalThis)
  const jest = {
    fn: mocker.fn.bind(mocker),
    spyOn: mocker.spyOn.bind(mocker),
    restoreAllMocks: () => mocker.restoreAllMocks(),
    setTimeout: (milliseconds: number) => {
      state.testTimeout = milliseconds
    },
  }
  return { describe, test, it, beforeAll, beforeEach, afterAll, afterEach, expect: jestExpect, jest }
}

function setEnvironment(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name]
  Object.assign(process.env, environment)
}

function renderBlocks(block: Block): readonly Block[] {
  return [block, ...block.children.flatMap(child => (child.type === 'describeBlock' ? renderBlocks(child) : []))]
}

/** Every test with an id that stays the same from run to run: two of one name are numbered. */
function nameTests(file: string, block: Block, above = ''): Map<Entry, string> {
  const names = new Map<string, number>()
  const named = new Map<Entry, string>()
  const visit = (in_: Block, path: string): void => {
    for (const child of in_.children) {
      const name = `${path} ${child.name}`
      if (child.type === 'describeBlock') visit(child, name)
      else {
        const nth = (names.get(name) ?? 0) + 1
        names.set(name, nth)
        named.set(child, nth === 1 ? name : `${name} (${nth})`)
      }
    }
  }
  visit(block, `${file}:${above}`)
  return named
}

function choose(
  block: Block,
  modes: ReadonlyMap<Block | Entry, Block['mode']>,
  isChosen: (test: Entry) => boolean,
): boolean {
  const some = block.children
    .map(child => {
      if (child.type === 'describeBlock') return choose(child, modes, isChosen)
      child.mode = isChosen(child) ? modes.get(child) : 'skip'
      return child.mode !== 'skip'
    })
    .includes(true)
  block.mode = some ? modes.get(block) : 'skip'
  return some
}

function skipAll(tests: Iterable<Entry>): void {
  for (const test of tests) test.mode = 'skip'
}
