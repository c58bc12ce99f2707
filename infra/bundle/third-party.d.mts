import type { Metafile, Plugin } from 'esbuild'

export function noteMetafile(metafiles: Metafile[]): Plugin
export function joinMetafiles(metafiles: readonly Metafile[]): Metafile
export function readLicences(root: string, metafiles: readonly Pick<Metafile, 'outputs'>[]): Promise<string>
