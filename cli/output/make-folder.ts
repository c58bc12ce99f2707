import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { UserError } from '../../shared/errors.ts'

const isFolder = async (path: string): Promise<boolean> =>
  stat(path).then(
    found => found.isDirectory(),
    () => false,
  )

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT'

/** Whether it is there now. False if the folder above is missing. */
const tryToMake = async (path: string): Promise<boolean> => {
  try {
    await mkdir(path)
    return true
  } catch (error) {
    if (await isFolder(path)) return true
    if (isMissing(error)) return false
    throw error
  }
}

/**
 * Makes a folder and those above it. The recursive mkdir of Node never ends where the system refuses with ENOENT below a
 * folder that is there, as in /proc.
 */
export const makeFolder = async (folder: string): Promise<void> => {
  const path = resolve(folder)
  if (await tryToMake(path)) return
  if (dirname(path) !== path) await makeFolder(dirname(path))
  if (!(await tryToMake(path))) throw new UserError(`${path}: no folder can be made there; name another place`)
}
