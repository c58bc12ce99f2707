import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Io, Output } from '../../cli/output/io.ts'
import { run } from '../../cli/program.ts'

type Screen = { readonly isTerminal?: boolean; readonly columns?: number; readonly hasColour?: boolean }

const output = (written: string[], { isTerminal = false, columns = 80, hasColour = false }: Screen): Output => ({
  write: text => {
    written.push(text)
  },
  ready: async () => {},
  isTerminal,
  columns,
  hasColour,
})

export type Ran = {
  readonly code: number
  readonly out: string
  readonly err: string
  readonly errLines: readonly string[]
}

export type World = {
  readonly stdin?: string | Buffer | readonly Buffer[] | AsyncIterable<Buffer>
  readonly isTTY?: boolean
  readonly out?: Screen
  readonly err?: Screen
}

async function* pieces(stdin: World['stdin'] = ''): AsyncGenerator<Buffer> {
  yield* typeof stdin === 'string' || Buffer.isBuffer(stdin) ? [Buffer.from(stdin)] : stdin
}

/** Runs a command line in this process, against outputs that are kept. */
export const virtguard = async (args: readonly string[], world: World = {}): Promise<Ran> => {
  const out: string[] = []
  const err: string[] = []
  const io: Io = {
    stdin: Object.assign(pieces(world.stdin), { isTTY: world.isTTY ?? false }),
    out: output(out, world.out ?? {}),
    err: output(err, world.err ?? {}),
    now: () => new Date('2026-11-24T12:00:00Z'),
    user: () => 'somebody',
    onBrokenPipe: () => {},
  }
  const code = await run(args, io)
  const text = err.join('')
  return { code, out: out.join(''), err: text, errLines: text.split('\n').filter(line => line !== '') }
}

/** A folder that is gone after the test. */
export const inFolder = async (
  files: Readonly<Record<string, string | Buffer>>,
  test: (folder: string) => Promise<void>,
): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'virtguard-cli-'))
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    await test(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
