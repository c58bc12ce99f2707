import type { InstanceTypes } from '../../shared/catalogue/instance-types.ts'
import { escapeJson } from '../../shared/text/untrusted.ts'
import type { Format } from '../output/formats.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import { createWriter } from '../output/writer.ts'
import { answerQuestion } from './answer.ts'
import { createAnswerLayout } from './answer-layout.ts'
import { describeAssumed, listAssumed } from './notes.ts'
import type { Question } from './question.ts'
import { describeAnswer } from './words.ts'

/** Answers one question, in words or as data. Returns 0 if the image fits, else 1. */
export const checkOne = (
  io: Io,
  question: Question,
  { types, format }: { readonly types: InstanceTypes; readonly format: Format },
): number => {
  const result = answerQuestion(question, { types, now: io.now() })
  if (format === 'table') io.out.write(describeAnswer(question, result, { types, out: io.out, now: io.now() }))
  // One question has one answer, not a list of one.
  else if (format === 'json') io.out.write(`${escapeJson(JSON.stringify(result, null, 2))}\n`)
  else {
    const rows = createWriter(format, createAnswerLayout(io.out))
    io.out.write(rows.begin + rows.row(result) + rows.end())
  }
  const assumed = describeAssumed(new Set(result.compatible === true ? listAssumed(question.image) : []))
  if (format !== 'table' && assumed !== '') printLine(io.err, assumed)
  return result.compatible === true ? 0 : 1
}
