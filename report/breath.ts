/** Lets the browser paint and answer before the next step. */
export const nextFrame = (): Promise<void> => new Promise(resolve => setTimeout(resolve))
