import { jest } from '@jest/globals'

/** The log of a function from now on, line by line. A line that is no JSON belongs to the test runner. */
export const logLines = (): readonly Record<string, unknown>[] => {
  const lines: Record<string, unknown>[] = []
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, 'write').mockImplementation(text => {
      for (const line of String(text).split('\n')) if (line.startsWith('{')) lines.push(JSON.parse(line))
      return true
    })
  return lines
}
