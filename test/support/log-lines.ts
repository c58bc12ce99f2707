import { jest } from '@jest/globals'

/** What a function writes into its log from now on, line by line. What is no JSON there is of whoever runs the tests. */
export const logLines = (): readonly Record<string, unknown>[] => {
  const lines: Record<string, unknown>[] = []
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, 'write').mockImplementation(text => {
      for (const line of String(text).split('\n')) if (line.startsWith('{')) lines.push(JSON.parse(line))
      return true
    })
  return lines
}
