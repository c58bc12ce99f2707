export function nodeProblem(version?: string): string | undefined
export function packagesProblem(root: string): string | undefined
export function setUp(root: string, say?: (line: string) => void): Promise<string | undefined>
export function handOver(args: readonly string[], root: string): void
