import type { InstanceTypes } from '../../shared/catalogue/instance-types.ts'
import { UserError } from '../../shared/errors.ts'
import { describeFileError } from '../input/file-error.ts'
import { type Line, readLines } from '../input/lines.ts'
import { explainNoQuestions } from '../input/text-kind.ts'
import type { Format } from '../output/formats.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import { createWriter, type Writer } from '../output/writer.ts'
import { type Answer, answerQuestion } from './answer.ts'
import { createAnswerLayout } from './answer-layout.ts'
import { type Assumed, describeAssumed, listAssumed } from './notes.ts'
import { readQuestion } from './question.ts'

const MAX_LINE = 1024 * 1024
const INPUT = 'standard input'

type Stream = {
  readonly io: Io
  readonly types: InstanceTypes
  readonly now: Date
  readonly rows: Writer<Answer>
  answers: number
  misfits: number
  problems: number
  readonly assumed: Set<Assumed>
}

const reportProblem = (stream: Stream, place: string, what: string): void => {
  stream.problems++
  printLine(stream.io.err, `${place}: ${what}`)
}

const exitCodeOf = ({ problems, misfits }: Stream): number => (problems > 0 ? 2 : misfits > 0 ? 1 : 0)

const answerOneLine = (stream: Stream, { number, text }: Line): string => {
  if (text?.trim() === '') return ''
  try {
    if (text === undefined) throw new UserError('longer than 1 MiB; write one question a line')
    const question = readQuestion(text)
    const result = answerQuestion(question, { types: stream.types, now: stream.now })
    stream.answers++
    if (result.compatible !== true) stream.misfits++
    else for (const fact of listAssumed(question.image)) stream.assumed.add(fact)
    return stream.rows.row(result)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    reportProblem(stream, `${INPUT}:${number}`, error.message)
    return ''
  }
}

async function* decodeInput(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let isFirst = true
  for await (const piece of source) {
    const why = isFirst ? explainNoQuestions(piece) : undefined
    if (why !== undefined) throw new UserError(why)
    isFirst = false
    yield piece
  }
}

const answerAllLines = async (stream: Stream): Promise<void> => {
  const { io, rows } = stream
  io.out.write(rows.begin)
  try {
    for await (const lines of readLines(decodeInput(io.stdin), MAX_LINE)) {
      io.out.write(lines.map(line => answerOneLine(stream, line)).join(''))
      await io.out.ready()
    }
  } catch (error) {
    const words = error instanceof UserError ? error.message : describeFileError(error)
    if (words === undefined) throw error
    reportProblem(stream, INPUT, words)
  }
  io.out.write(rows.end())
}

/**
 * Answers questions from standard input, one a line. Returns 2 for lines that are no questions, 1 if anything does not
 * fit or is not known.
 */
export const answerInput = async (io: Io, types: InstanceTypes, format: Format): Promise<number> => {
  const rows = createWriter(format, createAnswerLayout(io.out))
  const stream: Stream = { io, types, now: io.now(), rows, answers: 0, misfits: 0, problems: 0, assumed: new Set() }
  io.onBrokenPipe(() => exitCodeOf(stream))
  await answerAllLines(stream)
  if (stream.answers + stream.problems === 0) {
    reportProblem(stream, INPUT, 'empty; write one question a line: {"ami":{…},"instanceType":"…"}')
  }
  const assumed = describeAssumed(stream.assumed)
  // Whoever has lines to repair asks again.
  if (assumed !== '' && stream.problems === 0) printLine(io.err, assumed)
  return exitCodeOf(stream)
}
