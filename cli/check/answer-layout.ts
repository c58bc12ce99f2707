import { toPlainText } from '../../shared/text/untrusted.ts'
import { type Colour, createPainter } from '../output/colour.ts'
import type { Output } from '../output/io.ts'
import { pad, truncate } from '../output/width.ts'
import type { Layout } from '../output/writer.ts'
import type { Answer } from './answer.ts'

const TYPE = 22
const FITS = 10

const formatVerdict = ({ compatible }: Answer): readonly [string, Colour] => {
  if (compatible === null) return ['cannot say', 'yellow']
  return compatible ? ['yes', 'green'] : ['no', 'red']
}

const formatReasons = ({ reasons, missing = [], deprecationTime }: Answer): string =>
  [
    ...reasons,
    ...missing.map(fact => `${fact} not known`),
    ...(deprecationTime === undefined ? [] : ['deprecated']),
  ].join(', ')

/** How answers are written in a table and in CSV. */
export const createAnswerLayout = (out: Output): Layout<Answer> => {
  const paint = createPainter(out.hasColour)
  const room = out.columns - TYPE - FITS - 2
  return {
    columns: {
      instanceType: ({ instanceType }) => instanceType,
      compatible: ({ compatible }) => (compatible === null ? '' : compatible),
      reasons: ({ reasons }) => reasons.join(' '),
      missing: ({ missing = [] }) => missing.join(' '),
      deprecationTime: ({ deprecationTime = '' }) => deprecationTime,
    },
    table: {
      head: `${paint(`${pad('TYPE', TYPE)} ${pad('FITS', FITS)} WHY`, 'bold')}\n`,
      row: answer => {
        const [verdict, colour] = formatVerdict(answer)
        const type = pad(truncate(toPlainText(answer.instanceType), TYPE), TYPE)
        return `${`${type} ${paint(pad(verdict, FITS), colour)} ${truncate(formatReasons(answer), room)}`.trimEnd()}\n`
      },
    },
  }
}
