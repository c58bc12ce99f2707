import { basename } from 'node:path'
import { UserError } from '../../shared/errors.ts'
import { isPackerSource } from '../../shared/lint/readers/tools/packer.ts'

const MOST = 4 * 1024 * 1024

const loadParser = async () => {
  try {
    return await import('@cdktn/hcl2json')
  } catch {
    throw new UserError('HCL2 of Packer, for which lint needs a parser; install it: npm install @cdktn/hcl2json')
  }
}

/** The text itself, or JSON of it if it is HCL2 of Packer. Throws UserError if it is broken, or there is no parser of HCL. */
export const readPackerSource = async (name: string, text: string): Promise<string> => {
  if (text.length > MOST || !isPackerSource(text)) return text
  const { parse } = await loadParser()
  try {
    return JSON.stringify(await parse(basename(name), text))
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
    const [, where = ''] = /:(\d+),\d+/.exec(line) ?? []
    throw new UserError(`broken HCL${where === '' ? '' : ` on line ${where}`}; packer validate says what is wrong`)
  }
}
