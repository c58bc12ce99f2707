/** What `start.ts` started and `stop.ts` stops; both run in jest's own process. */
export const running: (() => Promise<void>)[] = []
