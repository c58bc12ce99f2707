const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder; check the path',
  EACCES: 'no permission to read it; allow it (chmod, sudo) or leave it out',
  EPERM: 'no permission to read it; allow it (chmod, sudo) or leave it out',
  ENOTDIR: 'a part of the path is not a folder; check the path',
  EISDIR: 'a folder where a file is needed; name a file in it',
  ELOOP: 'symbolic links that lead in a circle; name the file itself',
  ENAMETOOLONG: 'the path is too long; check it',
  EMFILE: 'too many files are open; raise the limit (ulimit -n)',
  EIO: 'the disk reports a read error; copy the file from another place',
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** What a failed file operation means and what to do, in a line; undefined for an error that is no file operation's. */
export const fileErrorInWords = (error: unknown): string | undefined => {
  const code = codeOf(error)
  if (code === undefined || !(error instanceof Error) || !('syscall' in error)) return undefined
  return WORDS[code] ?? `it cannot be read (${code}); check the file`
}
