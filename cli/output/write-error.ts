import { UserError } from '../../shared/errors.ts'

const ELSEWHERE = 'or name another place'

const WORDS: Readonly<Record<string, string>> = {
  EEXIST: 'is a file and not a folder; name another folder',
  ENOENT: 'its folder does not exist; make it first, or check the path',
  ENOTDIR: 'a part of the path is not a folder; check the path',
  EISDIR: `is a folder where a file has to be written; remove it, ${ELSEWHERE}`,
  EACCES: `no permission to write it; allow it (chmod, sudo), ${ELSEWHERE}`,
  EPERM: `no permission to write it; allow it (chmod, sudo), ${ELSEWHERE}`,
  EROFS: 'the disk is read-only; name another place',
  ENOSPC: `the disk is full; make room, ${ELSEWHERE}`,
  EDQUOT: `your quota of the disk is used up; make room, ${ELSEWHERE}`,
  ENAMETOOLONG: 'the path is too long; name a shorter one',
}

/** What to throw if a file or folder could not be written: one line with the path. Any other error stays as it is. */
export const createWriteError = (error: unknown, place: string): unknown => {
  if (typeof error !== 'object' || error === null || !('syscall' in error) || !('code' in error)) return error
  const path = 'path' in error && typeof error.path === 'string' && error.path !== '' ? error.path : place
  const words = WORDS[String(error.code)] ?? `cannot be written (${error.code}); name another place`
  return new UserError(`${path === '' ? 'the output' : path}: ${words}`)
}
