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

/** Explains a failed file operation and what to do, in a line. Undefined for any other error. */
export const describeFileError = (error: unknown): string | undefined => {
  if (typeof error !== 'object' || error === null || !('syscall' in error) || !('code' in error)) return undefined
  const code = String(error.code)
  return WORDS[code] ?? `it cannot be read (${code}); check the file`
}
