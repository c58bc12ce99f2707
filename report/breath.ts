/** Lets the browser paint and answer before what comes next. */
export const nextFrame = (): Promise<void> => new Promise(resolve => setTimeout(resolve))
