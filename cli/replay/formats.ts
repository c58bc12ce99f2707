import { FORMATS } from '../output/writer.ts'

export const REPLAY_FORMATS = [...FORMATS, 'html'] as const
export type ReplayFormat = (typeof REPLAY_FORMATS)[number]
