export function foldersOf(part: string, root: string): readonly string[]
export function jestArguments(args: readonly string[], root: string): readonly string[]
